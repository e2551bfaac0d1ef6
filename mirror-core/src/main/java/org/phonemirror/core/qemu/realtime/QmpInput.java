package org.phonemirror.core.qemu.realtime;

import java.util.Map;

/** Events of {@code input-send-event} (qapi/ui.json, InputEvent). */
final class QmpInput {
  private QmpInput() {}

  static Map<String, Object> key(String qcode, boolean down) {
    return event("key", Map.of("down", down, "key", Map.of("type", "qcode", "data", qcode)));
  }

  static Map<String, Object> button(String name, boolean down) {
    return event("btn", Map.of("down", down, "button", name));
  }

  static Map<String, Object> relative(String axis, int value) {
    return event("rel", Map.of("axis", axis, "value", value));
  }

  static Map<String, Object> absolute(String axis, int value) {
    return event("abs", Map.of("axis", axis, "value", value));
  }

  /** An event of a contact; QEMU has them from 8.1 on. */
  static Map<String, Object> touch(String type, int slot, int trackingId, String axis, int value) {
    return event(
        "mtt",
        Map.of(
            "type", type, "slot", slot, "tracking-id", trackingId, "axis", axis, "value", value));
  }

  private static Map<String, Object> event(String type, Map<String, Object> data) {
    return Map.of("type", type, "data", data);
  }
}
