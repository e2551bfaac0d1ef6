/**
 * The Sh client for people: gives subscribers a mirror, and shows what the network knows of them.
 */
package org.phonemirror.hss.provision;
