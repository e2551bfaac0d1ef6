package org.phonemirror.apk;

import com.googlecode.d2j.Method;
import com.googlecode.d2j.dex.Dex2jar;
import com.googlecode.d2j.dex.DexExceptionHandler;
import com.googlecode.d2j.node.DexMethodNode;
import com.googlecode.d2j.reader.MultiDexFileReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.MethodVisitor;

/**
 * Makes Java bytecode of an APK's Dalvik bytecode again, so that tests can run what phones run. The
 * verifier of a Java virtual machine does not take all of it, as types of registers are guessed.
 */
final class Undexer {
  private static final int SHOWN = 5;

  private Undexer() {}

  /**
   * Writes an archive of all classes, and of the files that they read at run time.
   *
   * @throws IOException if a method can't be translated; the text names it
   */
  static void jar(Path apk, Path jar) throws IOException {
    Files.deleteIfExists(jar);
    Failures failures = new Failures();
    Dex2jar.from(MultiDexFileReader.open(Files.readAllBytes(apk)))
        .withExceptionHandler(failures)
        .topoLogicalSort()
        .to(jar);
    if (!failures.texts.isEmpty()) {
      throw new IOException(
          failures.texts.size()
              + " methods of "
              + apk
              + " can't be translated: "
              + String.join("; ", failures.texts.subList(0, failures.shown())));
    }
    mend(jar);
    addResources(apk, jar);
  }

  private static void mend(Path jar) throws IOException {
    try (FileSystem classes = FileSystems.newFileSystem(jar);
        Stream<Path> walk = Files.walk(classes.getPath("/"))) {
      List<Path> files = walk.filter(file -> file.toString().endsWith(".class")).toList();
      InterfaceCalls calls = new InterfaceCalls();
      for (Path file : files) {
        calls.learn(Files.readAllBytes(file));
      }
      for (Path file : files) {
        Files.write(file, calls.mended(Files.readAllBytes(file)));
      }
    }
  }

  private static void addResources(Path apk, Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(apk.toFile());
        FileSystem out = FileSystems.newFileSystem(jar)) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (isOfTheCode(entry.getName())) {
          Path target = out.getPath(entry.getName());
          if (target.getParent() != null) {
            Files.createDirectories(target.getParent());
          }
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target);
          }
        }
      }
    }
  }

  /** Neither code nor Android's own. */
  private static boolean isOfTheCode(String name) {
    return !name.endsWith(".dex")
        && !name.startsWith("res/")
        && !name.equals(ApkWriter.RESOURCES)
        && !name.equals("AndroidManifest.xml");
  }

  /** Collects what can't be translated, which else would show up when it is called. */
  private static final class Failures implements DexExceptionHandler {
    private final List<String> texts = new ArrayList<>();

    int shown() {
      return Math.min(SHOWN, texts.size());
    }

    @Override
    public void handleFileException(Exception e) {
      texts.add(e.toString());
    }

    @Override
    public void handleMethodTranslateException(
        Method method, DexMethodNode node, MethodVisitor visitor, Exception e) {
      texts.add(method + ": " + e);
    }
  }
}
