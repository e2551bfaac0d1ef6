package org.phonemirror.core.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import android.content.Context;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Android's codec reads what we write, and we read what it writes. */
class AndroidCodecTest {
  private static final String PACKAGE = "com.google.android.mms.pdu_alt.";

  @TempDir Path directory;
  private URLClassLoader android;

  @BeforeEach
  void load() throws IOException {
    String library = System.getProperty("android-smsmms.aar", "");
    assumeTrue(!library.isEmpty(), "android-smsmms.aar is not set: run this test by Maven");
    Path classes = directory.resolve("classes.jar");
    try (ZipFile archive = new ZipFile(library)) {
      Files.copy(archive.getInputStream(archive.getEntry("classes.jar")), classes);
    }
    android = new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
  }

  @AfterEach
  void unload() throws IOException {
    if (android != null) {
      android.close();
    }
  }

  @Test
  void itReadsOurNotification() throws Exception {
    Object read = parsed(Messages.notification());
    assertThat(bytes(read, "getTransactionId")).isEqualTo("N77");
    assertThat(string(call(read, "getFrom"))).isEqualTo("+46702000001");
    assertThat(string(call(read, "getSubject"))).isEqualTo("Hi");
    assertThat(call(read, "getMessageSize")).isEqualTo(32_552L);
    assertThat(bytes(read, "getContentLocation")).isEqualTo("http://mmsc.example.com/mm1/N77");
  }

  @Test
  void itReadsOurMessage() throws Exception {
    Object read = parsed(Messages.retrieveConfirmation(Messages.related()));
    assertThat(bytes(read, "getMessageId")).isEqualTo("mid-0001@mmsc.example.com");
    assertThat(bytes(read, "getContentType")).isEqualTo(Content.RELATED);
    assertThat(call(read, "getDate")).isEqualTo(Messages.DATE.getEpochSecond());
    assertParts(call(read, "getBody"), Messages.related());
  }

  @Test
  void itReadsOurRequest() throws Exception {
    Content content = Messages.text("Blåbærsyltetøj");
    Object read = parsed(Messages.sendRequest(content));
    // it takes the type off telephone numbers
    assertThat(string(Array.get(call(read, "getTo"), 0))).isEqualTo("+15550002");
    assertThat(string(Array.get(call(read, "getBcc"), 0))).isEqualTo("+15550004");
    assertThat(string(call(read, "getSubject"))).isEqualTo("Grüße");
    assertThat(call(read, "getPriority")).isEqualTo(Priority.HIGH.code());
    assertThat(call(read, "getDeliveryReport")).isEqualTo(0x80);
    assertParts(call(read, "getBody"), content);
  }

  @Test
  void itReadsConfirmationsAndReports() throws Exception {
    Object confirmation =
        parsed(
            new MmsMessage.SendConfirmation(
                "T1", ResponseStatus.FORMAT_CORRUPT, Optional.empty(), Optional.empty()));
    assertThat(call(confirmation, "getResponseStatus")).isEqualTo(0xE2);
    Object report = parsed(Messages.deliveryReport());
    assertThat(call(report, "getStatus")).isEqualTo(Status.RETRIEVED.code());
    assertThat(call(report, "getDate")).isEqualTo(Messages.DATE.getEpochSecond());
  }

  @Test
  void weReadItsRequest() throws Exception {
    Object request = type("SendReq").getConstructor().newInstance();
    set(request, "setTransactionId", byte[].class, ascii("A1"));
    set(request, "setFrom", type("EncodedStringValue"), encoded("+15550001"));
    set(request, "addTo", type("EncodedStringValue"), encoded("+15550002"));
    set(request, "setSubject", type("EncodedStringValue"), encoded("Grüße"));
    set(request, "setDate", long.class, Messages.DATE.getEpochSecond());
    set(request, "setDeliveryReport", int.class, 0x80);
    set(request, "setExpiry", long.class, 3600L);
    Object part = type("PduPart").getConstructor().newInstance();
    set(part, "setContentType", byte[].class, ascii("text/plain"));
    set(part, "setCharset", int.class, 106);
    set(part, "setName", byte[].class, ascii("text.txt"));
    set(part, "setContentLocation", byte[].class, ascii("text.txt"));
    set(part, "setContentId", byte[].class, ascii("<text>"));
    set(part, "setData", byte[].class, "hållo".getBytes(StandardCharsets.UTF_8));
    Object body = type("PduBody").getConstructor().newInstance();
    set(body, "addPart", type("PduPart"), part);
    set(request, "setBody", type("PduBody"), body);
    set(request, "setContentType", byte[].class, ascii(Content.RELATED));
    Object composer =
        type("PduComposer")
            .getConstructor(Context.class, type("GenericPdu"))
            .newInstance(new Context(), request);

    MmsMessage.SendRequest read =
        (MmsMessage.SendRequest) MmsDecoder.decode((byte[]) call(composer, "make"));

    assertThat(read.transactionId()).isEqualTo("A1");
    assertThat(read.envelope().from()).contains("+15550001/TYPE=PLMN");
    assertThat(read.envelope().to()).containsExactly("+15550002/TYPE=PLMN");
    assertThat(read.envelope().subject()).contains("Grüße");
    assertThat(read.envelope().date()).contains(Messages.DATE);
    assertThat(read.envelope().deliveryReport()).isTrue();
    assertThat(read.expiry()).contains(new Expiry.After(java.time.Duration.ofHours(1)));
    assertThat(read.content().type().media()).isEqualTo(Content.RELATED);
    Part only = read.content().parts().get(0);
    assertThat(only.type().toString()).isEqualTo("text/plain; charset=utf-8; name=text.txt");
    assertThat(only.contentId()).contains("<text>");
    assertThat(only.text()).contains("hållo");
  }

  @Test
  void ourTableOfMediaTypesIsItsTable() throws Exception {
    Field field = type("PduContentTypes").getDeclaredField("contentTypes");
    field.setAccessible(true);
    List<String> theirs =
        java.util.Arrays.stream((String[]) field.get(null))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .toList();
    for (int i = 0; i < WellKnown.MEDIA.size(); i++) {
      // it has a misprint there
      if (!theirs.get(i).equals("multipart/byterantes")) {
        assertThat(WellKnown.MEDIA.get(i)).as("0x%02X", i).isEqualTo(theirs.get(i));
      }
    }
  }

  private static void assertParts(Object body, Content expected) throws Exception {
    assertThat(call(body, "getPartsNum")).isEqualTo(expected.parts().size());
    for (int i = 0; i < expected.parts().size(); i++) {
      Part part = expected.parts().get(i);
      Object read = body.getClass().getMethod("getPart", int.class).invoke(body, i);
      assertThat(bytes(read, "getContentType")).isEqualTo(part.type().media());
      assertThat((byte[]) call(read, "getData")).isEqualTo(part.data());
      assertThat(bytes(read, "getContentLocation")).isEqualTo(part.contentLocation().orElseThrow());
    }
  }

  private Object parsed(MmsMessage message) throws Exception {
    Object parser =
        type("PduParser")
            .getConstructor(byte[].class)
            .newInstance((Object) MmsEncoder.encode(message));
    Object read = call(parser, "parse");
    assertThat(read).as("what Android makes of %s", message).isNotNull();
    return read;
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    return android.loadClass(PACKAGE + name);
  }

  private Object encoded(String text) throws Exception {
    return type("EncodedStringValue").getConstructor(String.class).newInstance(text);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Object call(Object target, String method) throws Exception {
    return target.getClass().getMethod(method).invoke(target);
  }

  private static void set(Object target, String method, Class<?> type, Object value)
      throws Exception {
    target.getClass().getMethod(method, type).invoke(target, value);
  }

  private static String bytes(Object target, String method) throws Exception {
    return new String((byte[]) call(target, method), StandardCharsets.UTF_8);
  }

  private static String string(Object encoded) throws Exception {
    return (String) call(encoded, "getString");
  }
}
