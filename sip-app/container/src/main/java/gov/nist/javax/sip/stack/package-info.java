/** What the SIP stack lets only its own package do. */
package gov.nist.javax.sip.stack;
