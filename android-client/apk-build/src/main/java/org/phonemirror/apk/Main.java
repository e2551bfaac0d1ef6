package org.phonemirror.apk;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Maven calls. Each command does nothing if its inputs are those of its last run.
 *
 * <pre>
 * resources ANDROID_JAR MANIFEST RES_DIR VERSION OUT_DIR
 *     makes OUT_DIR/base.apk and OUT_DIR/r/**&#47;R.java
 * apk ANDROID_JAR BASE_APK CLASSPATH OUT_DIR NAME [KEYSTORE [ALIAS]]
 *     makes OUT_DIR/dex/*.dex and OUT_DIR/NAME.apk, signed by the keystore (its password is in the
 *     environment, APK_KEYSTORE_PASSWORD), or by a key that everybody has
 * jar APK OUT_DIR NAME
 *     makes OUT_DIR/NAME.jar, the APK's code as Java's again
 * </pre>
 */
public final class Main {
  private static final String PASSWORD = "APK_KEYSTORE_PASSWORD";

  private Main() {}

  /** Runs a command. */
  public static void main(String[] args) throws Exception {
    List<String> given = List.of(args);
    if (given.size() == 6 && given.get(0).equals("resources")) {
      resources(given);
    } else if (given.size() >= 6 && given.size() <= 8 && given.get(0).equals("apk")) {
      apk(given);
    } else if (given.size() == 4 && given.get(0).equals("jar")) {
      jar(given);
    } else {
      throw new IllegalArgumentException(
          "expected 'resources ANDROID_JAR MANIFEST RES_DIR VERSION OUT_DIR',"
              + " 'apk ANDROID_JAR BASE_APK CLASSPATH OUT_DIR NAME [KEYSTORE [ALIAS]]' or"
              + " 'jar APK OUT_DIR NAME', not "
              + given);
    }
  }

  private static void resources(List<String> args) throws IOException, InterruptedException {
    Path android = Path.of(args.get(1));
    Path manifest = Path.of(args.get(2));
    Path res = Path.of(args.get(3));
    Path out = Path.of(args.get(5));
    Stamp stamp = new Stamp(out.resolve("resources.stamp")).of(args.toString());
    stamp.tool().immutable(android).content(manifest).content(res);
    if (!stamp.isCurrent(out.resolve("base.apk"))) {
      stamp.forget();
      Aapt2.unpack(out).link(android, manifest, res, args.get(4), out);
      stamp.save();
    }
  }

  private static void apk(List<String> args) throws Exception {
    Path android = Path.of(args.get(1));
    Path base = Path.of(args.get(2));
    List<Path> classpath = new ArrayList<>();
    for (String element : args.get(3).split(File.pathSeparator, -1)) {
      classpath.add(Path.of(element));
    }
    Code code = Code.read(classpath);
    Path out = Path.of(args.get(4));
    Path apk = out.resolve(args.get(5) + ".apk");
    Optional<Path> keystore = args.size() > 6 ? path(args.get(6)) : Optional.empty();

    Path dex = out.resolve("dex");
    Stamp dexed = new Stamp(out.resolve("dex.stamp")).tool().immutable(android);
    if (!dexed.contents(code.classes()).isCurrent(dex.resolve("classes.dex"))) {
      dexed.forget();
      Dexer.dex(android, code.classes(), dex);
      dexed.save();
    }

    Stamp stamp = new Stamp(out.resolve("apk.stamp")).of(alias(args)).tool();
    stamp.content(base).content(dex).contents(code.resources());
    if (keystore.isPresent()) {
      stamp.content(keystore.get());
    }
    if (!stamp.isCurrent(apk)) {
      stamp.forget();
      SigningKey key =
          keystore.isPresent()
              ? SigningKey.of(keystore.get(), System.getenv(PASSWORD), alias(args))
              : SigningKey.everybodys();
      Path unsigned = out.resolve(args.get(5) + "-unsigned.apk");
      ApkWriter.write(base, dex, code.resources(), unsigned);
      Signer.sign(unsigned, key, apk);
      List<String> defects = ApkCheck.defects(apk);
      if (!defects.isEmpty()) {
        throw new IOException(apk + " is not as it should be: " + String.join("; ", defects));
      }
      stamp.save();
    }
  }

  private static void jar(List<String> args) throws IOException {
    Path apk = Path.of(args.get(1));
    Path out = Path.of(args.get(2));
    Path jar = out.resolve(args.get(3) + ".jar");
    Stamp stamp = new Stamp(out.resolve("jar.stamp")).tool().content(apk);
    if (!stamp.isCurrent(jar)) {
      stamp.forget();
      Undexer.jar(apk, jar);
      stamp.save();
    }
  }

  private static Optional<Path> path(String argument) {
    return argument.isEmpty() ? Optional.empty() : Optional.of(Path.of(argument));
  }

  private static String alias(List<String> args) {
    return args.size() > 7 ? args.get(7) : "";
  }
}
