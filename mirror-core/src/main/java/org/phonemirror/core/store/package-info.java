/**
 * How what must outlive the process is kept: SQLite files, one beside each service's data, and
 * files that are replaced at once.
 */
package org.phonemirror.core.store;
