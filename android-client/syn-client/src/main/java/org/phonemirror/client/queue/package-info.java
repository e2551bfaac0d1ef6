/** Messages that wait for the server, kept across restarts. */
package org.phonemirror.client.queue;
