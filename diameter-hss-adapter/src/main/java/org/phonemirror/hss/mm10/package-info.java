/** The mirror server as Messaging Service Control Function of an MMS relay (MM10, TS 29.140). */
package org.phonemirror.hss.mm10;
