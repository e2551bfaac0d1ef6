package org.phonemirror.testnet.phone;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.phonemirror.sync.StorageScope;

/**
 * What a phone is made of, besides its own storage.
 *
 * @param model directory of the phone model, made by {@code mirror-core/guest/build.sh}
 * @param client image of the Syn-Client, made by {@code mirror-core/guest/build-client.sh}
 * @param memoryMb the phone's memory in MiB
 * @param commandLine the kernel's
 * @param scope what counts as user storage
 */
public record PhoneImages(
    Path model, Path client, int memoryMb, String commandLine, StorageScope scope) {
  private static final String PROPERTIES = "model.properties";

  /**
   * Reads the phone model's properties.
   *
   * @throws IOException naming the file or property that is missing, and how to make it
   */
  public static PhoneImages load(Path model, Path client) throws IOException {
    for (String name :
        List.of(PROPERTIES, "kernel", "initrd", "system.img", "data.img", "state.img")) {
      require(model.resolve(name), "mirror-core/guest/build.sh");
    }
    require(client, "mirror-core/guest/build-client.sh");
    Path file = model.resolve(PROPERTIES);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    String memory = text(properties, file, "memory.phone.mb");
    try {
      return new PhoneImages(
          model.toAbsolutePath(),
          client.toAbsolutePath(),
          Integer.parseInt(memory),
          text(properties, file, "kernel.cmdline.phone"),
          StorageScope.parse(
              properties.getProperty("storage.include", ""),
              properties.getProperty("storage.exclude", "")));
    } catch (NumberFormatException e) {
      throw new IOException(file + ": memory.phone.mb is '" + memory + "', not a number", e);
    }
  }

  private static void require(Path file, String maker) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no " + file + ": make it by " + maker);
    }
  }

  private static String text(Properties properties, Path file, String name) throws IOException {
    String value = properties.getProperty(name);
    if (value == null) {
      throw new IOException(file + " has no '" + name + "': build the phone model again");
    }
    return value;
  }

  Path file(String name) {
    return model.resolve(name);
  }
}
