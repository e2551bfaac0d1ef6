package org.phonemirror.sync;

import java.util.List;
import java.util.Optional;

/**
 * What the phone's owner asks a service of the mirror server to do. It rides on the batch of the
 * interval in which it was given, so that the service finds the mirror as the phone was then.
 *
 * @param id chosen by the phone at random, so that an order that comes twice is carried out once
 * @param service that it is for, for example {@code download}
 * @param fields what is to be done, as the service defines it
 */
public record Order(long id, String service, List<Field> fields) {
  public Order {
    Check.range("order id", id, 0, Long.MAX_VALUE);
    Check.text("service", service, Limits.MAX_NAME_BYTES);
    Check.range("number of fields", fields.size(), 0, Limits.MAX_FIELDS);
    fields = List.copyOf(fields);
    Check.range("length of an order", length(service, fields), 0, Limits.MAX_ORDER_BYTES);
  }

  /** The value of the first field of this name. */
  public Optional<String> first(String name) {
    return Field.first(fields, name);
  }

  /** The values of all fields of this name, in their order. */
  public List<String> all(String name) {
    return Field.all(fields, name);
  }

  /** How many bytes a record of this kind takes on the wire, at most. */
  static int length(String name, List<Field> fields) {
    BitWriter out = new BitWriter();
    out.varint(Long.MAX_VALUE);
    out.text(name);
    SyncCodec.writeFields(out, fields);
    return out.toByteArray().length;
  }
}
