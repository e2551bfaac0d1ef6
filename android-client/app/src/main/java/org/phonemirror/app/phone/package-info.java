/** What the engine has to know of the phone: its clocks, networks and power. */
package org.phonemirror.app.phone;
