/** Whether a subscriber's initial filter criteria bring the mirror server what it needs to see. */
package org.phonemirror.hss.criteria;
