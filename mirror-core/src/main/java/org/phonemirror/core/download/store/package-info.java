/** What was ordered and what is kept, durably: a database of orders, and files by their digests. */
package org.phonemirror.core.download.store;
