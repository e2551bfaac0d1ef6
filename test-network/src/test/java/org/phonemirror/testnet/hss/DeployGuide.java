package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operators' guide says. */
public final class DeployGuide {
  private DeployGuide() {}

  /** Its initial filter criterion, just as it stands there. */
  public static String filterCriterion() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "deploy.md"));
    String end = "</InitialFilterCriteria>";
    return text.substring(
        text.indexOf("<InitialFilterCriteria>"), text.indexOf(end) + end.length());
  }
}
