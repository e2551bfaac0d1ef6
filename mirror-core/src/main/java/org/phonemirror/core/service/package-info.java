/**
 * The port of the services: what they do for subscribers with their mirrors. A further service is a
 * {@link org.phonemirror.core.service.MirrorService} and a line where the server is put together.
 */
package org.phonemirror.core.service;
