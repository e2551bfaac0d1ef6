/** Gets files by HTTP from servers that nobody trusts, and from nowhere else. */
package org.phonemirror.core.download.fetch;
