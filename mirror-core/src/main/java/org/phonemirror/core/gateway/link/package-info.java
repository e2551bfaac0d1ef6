/** The link between the guest and its gateway, below TCP and UDP. */
package org.phonemirror.core.gateway.link;
