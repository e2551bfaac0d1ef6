/** What the screens show, made of what the services and the engine have told. */
package org.phonemirror.app.state;
