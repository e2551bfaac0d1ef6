/** What Android starts: the foreground service, receivers, alarms. */
package org.phonemirror.app.service;
