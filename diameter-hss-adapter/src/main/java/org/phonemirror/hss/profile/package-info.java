/** What the HSS holds for the mirror service: the profile document and the Sh-Data around it. */
package org.phonemirror.hss.profile;
