/** Who has a mirror, and what the operator has laid down for it. */
package org.phonemirror.core.subscriber;
