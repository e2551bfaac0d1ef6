package org.phonemirror.app.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.phonemirror.client.services.Given;
import org.phonemirror.client.services.Told;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

class SavingsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<Given> GIVEN =
      List.of(order(1, "send", 1000), order(2, "send", 500), order(3, "get", 70));

  private static Given order(long id, String action, long size) {
    return new Given(
        NOW,
        new Order(
            id, "upload", List.of(new Field("action", action), new Field("size", "" + size))));
  }

  private static Notice notice(String topic, long order, String to) {
    return new Notice(
        topic, List.of(new Field(Notice.ORDER, Long.toString(order)), new Field("to", to)));
  }

  /** What these save after those. */
  private static long saved(List<Notice> fresh, Notice... before) {
    List<Told> told = new ArrayList<>();
    Stream.concat(Stream.of(before), fresh.stream())
        .forEach(notice -> told.add(new Told(NOW, notice)));
    return Savings.of(fresh, GIVEN, told);
  }

  @Test
  void aFileCountsOnceHoweverManyHaveIt() {
    Notice first = notice("upload-sent", 1, "mailto:a@b.test");
    Notice second = notice("upload-sent", 1, "mailto:c@b.test");
    assertThat(saved(List.of(first))).isEqualTo(1000);
    assertThat(saved(List.of(first, second))).isEqualTo(1000);
    assertThat(saved(List.of(second), first)).isZero();
    assertThat(saved(List.of(second, notice("upload-sent", 2, "mms:+1")), first)).isEqualTo(500);
  }

  @Test
  void whatWasNotSentSavesNothing() {
    assertThat(saved(List.of(notice("upload-failed", 1, "mms:+1")))).isZero();
    assertThat(saved(List.of(notice("upload-sent", 9, "mms:+1")))).isZero();
    assertThat(saved(List.of(notice("file-cached", 3, "")))).isZero();
  }
}
