package org.phonemirror.core.machine;

/**
 * What a machine has of its host; nothing while it has no process, as that of a phone that is
 * switched off.
 *
 * @param cpuMicros CPU time that its process has used in all, user and system, in microseconds
 * @param residentBytes memory that it holds, with its share of what it has in common with others
 *     (PSS)
 */
public record MachineUsage(long cpuMicros, long residentBytes) {
  public static final MachineUsage NONE = new MachineUsage(0, 0);
}
