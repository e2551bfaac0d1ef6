/** What the operator gives: invitations, and where their secrets are kept. */
package org.phonemirror.app.provision;
