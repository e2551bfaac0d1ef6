/**
 * The upload relay: what a phone would have uploaded is taken from its mirror and sent as the
 * subscriber, to each recipient once, by MM1, SMTP or HTTP.
 */
package org.phonemirror.core.upload;
