/**
 * The download cache: fetches big files for subscribers, keeps them until their phones have them,
 * and gives mirrors their copies without a byte over the radio.
 */
package org.phonemirror.core.download;
