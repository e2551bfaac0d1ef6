/** Mirror profiles as RepositoryData over Sh: read, watch and update (TS 29.328, TS 29.329). */
package org.phonemirror.hss.sh;
