/**
 * How services keep what must outlive the process: SQLite files, one beside each service's data.
 */
package org.phonemirror.core.store;
