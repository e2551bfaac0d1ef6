package org.phonemirror.apk;

import com.android.tools.r8.CompilationFailedException;
import com.android.tools.r8.CompilationMode;
import com.android.tools.r8.D8;
import com.android.tools.r8.D8Command;
import com.android.tools.r8.JdkClassFileProvider;
import com.android.tools.r8.OutputMode;
import com.android.tools.r8.origin.PathOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Makes Dalvik bytecode of Java's, for Android 8.0 (API level 26) and later.
 *
 * <p>D8 allocates other registers where a Java virtual machine checks its assertions ({@code -ea},
 * as Surefire's do). They are not checked here, whatever was told, so that equal classes are equal
 * bytes.
 */
final class Dexer {
  static final int MIN_API = 26;

  static {
    Dexer.class.getClassLoader().setPackageAssertionStatus("com.android.tools.r8", false);
  }

  private Dexer() {}

  /**
   * Makes {@code classes.dex}, and more if one can't hold all, in a directory of their own.
   *
   * @param android the framework's classes
   * @param classes class files by name
   */
  static void dex(Path android, SortedMap<String, byte[]> classes, Path out)
      throws IOException, CompilationFailedException {
    Files.createDirectories(out);
    try (Stream<Path> old = Files.list(out)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    D8Command.Builder command =
        D8Command.builder()
            .setMode(CompilationMode.RELEASE)
            .setMinApiLevel(MIN_API)
            .addLibraryFiles(android)
            .addLibraryResourceProvider(
                JdkClassFileProvider.fromJdkHome(Path.of(System.getProperty("java.home"))))
            .setOutput(out, OutputMode.DexIndexed);
    classes.forEach(
        (name, bytes) -> command.addClassProgramData(bytes, new PathOrigin(Path.of(name))));
    D8.run(command.build());
  }
}
