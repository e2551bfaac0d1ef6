package org.phonemirror.sip;

import java.util.Optional;
import java.util.function.Supplier;
import org.phonemirror.core.antivirus.AntivirusStats;
import org.phonemirror.core.download.DownloadStats;
import org.phonemirror.core.firewall.FirewallStats;
import org.phonemirror.core.upload.UploadStats;

/**
 * How the services are, each asked when it is looked at, which throws {@link
 * java.io.UncheckedIOException} if its store can't be read. Empty are those that the configuration
 * does not ask for.
 */
public record ServiceFigures(
    Optional<Supplier<DownloadStats>> download,
    Optional<Supplier<UploadStats>> upload,
    Optional<Supplier<AntivirusStats>> antivirus,
    Optional<Supplier<FirewallStats>> firewall) {
  /** There are no services. */
  public static final ServiceFigures NONE =
      new ServiceFigures(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
