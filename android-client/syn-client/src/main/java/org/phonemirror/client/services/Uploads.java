package org.phonemirror.client.services;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.StorageScanner;

/**
 * Orders to send a file. They name its content, so that nothing else is sent, and ride on no batch
 * in which the file is still called unsettled.
 *
 * @param fields of the order
 * @param modifiedMicros when the file was written last
 */
record Uploads(List<Field> fields, long modifiedMicros) {
  static Uploads order(UserFiles files, Path file, String subject, String text, List<String> to)
      throws IOException {
    if (to.isEmpty()) {
      throw new OrderException(
          OrderException.Reason.NO_RECIPIENT, "a file is sent to somebody: name a recipient");
    }
    String path = files.name(file);
    UserFiles.Content content = UserFiles.content(files.find(path));
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "send"));
    fields.add(new Field("path", path));
    fields.add(new Field("size", Long.toString(content.size())));
    fields.add(new Field("sha256", content.sha256()));
    fields.add(new Field("subject", subject));
    fields.add(new Field("text", text));
    for (String recipient : to) {
      if (!recipient.matches("(?s)(mailto|mms|https?):.+")) {
        throw new OrderException(
            OrderException.Reason.NOT_A_RECIPIENT,
            "'" + recipient + "' is no recipient: mailto:, mms:, http: and https: are");
      }
      fields.add(new Field("to", recipient));
    }
    return new Uploads(fields, content.modifiedMicros());
  }

  /** From when on a batch takes the order, if it is given now. */
  long from(long nowMicros) {
    return Math.max(nowMicros, modifiedMicros + StorageScanner.SETTLE_MICROS);
  }
}
