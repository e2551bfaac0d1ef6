/** How the reference phone's commands reach the Syn-Client: by files. */
package org.phonemirror.client.spool;
