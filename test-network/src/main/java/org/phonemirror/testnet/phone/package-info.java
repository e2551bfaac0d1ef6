/** The reference phone as a virtual machine in real time, with a hand that types on it. */
package org.phonemirror.testnet.phone;
