/** The mirror profile port over the Sh interface of an HSS (TS 29.328, TS 29.329). */
package org.phonemirror.hss;
