/** What phones talk to: web, mail and name servers, real programs of Debian's. */
package org.phonemirror.testnet.server;
