/**
 * What the network did to a phone, as recorded: the second input, beside the user's, that a mirror
 * is given. The traffic monitor and the signalling plane write tapes, machines play them.
 */
package org.phonemirror.core.tape;
