/** Programs of the machine. */
package org.phonemirror.core.program;
