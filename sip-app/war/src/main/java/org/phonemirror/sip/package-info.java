/** The SIP application server: what phones' registrations and messages mean for mirrors. */
package org.phonemirror.sip;
