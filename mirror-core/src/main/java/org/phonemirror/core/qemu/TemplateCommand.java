package org.phonemirror.core.qemu;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@code ./mirror template}: builds, lists, verifies and removes factory templates. */
public final class TemplateCommand {
  private static final String USAGE =
      """
      usage: ./mirror template [build [IMAGES]...]
             ./mirror template list
             ./mirror template verify [MODEL|MODEL@VERSION] [--clones N]
             ./mirror template remove MODEL@VERSION

      build    makes a model's template from its images (those of the reference phone, if none
               are named), unless it is up to date. The version before stays: mirrors whose
               session was saved on it go on with it until their phones are switched off
      list     all versions, and how many mirrors need each
      verify   reads all files of all versions, or of those named, and makes N mirrors of each,
               one after another (1, if not told; 0: just reads), to see that they answer, and
               how soon: from nothing until the guest's agent answers, and until its session
               is on. The first of several is not counted: it copies the template's memory,
               as the first of a server does
      remove   deletes a version that no mirror needs

        --templates DIR   template.directory of the server (otherwise target/templates)
        --state DIR       state.directory of the server, which tells what its mirrors need
                          (otherwise that of the server built here, if it has been started)

      exit status: 0 done, 1 not done or something is damaged, 2 wrong command line
      """;

  /** How many mirrors are named where there are more. */
  private static final int NAMED = 10;

  private final PrintStream out;
  private final TemplateVersions versions;
  private final Optional<Path> state;

  private TemplateCommand(PrintStream out, Path templates, Optional<Path> state) {
    this.out = out;
    this.versions = new TemplateVersions(templates);
    this.state = state;
  }

  /** See {@code ./mirror template help}. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  /** Does what the arguments say; returns the exit status. */
  public static int run(PrintStream out, PrintStream err, String... args) {
    List<String> words = new ArrayList<>(List.of(args));
    Optional<Path> templates = option(words, "--templates").map(Path::of);
    Optional<Path> state = option(words, "--state").map(Path::of);
    String clones = option(words, "--clones").orElse("1");
    String command = words.isEmpty() ? "" : words.remove(0);
    if (templates.isEmpty()
        || !clones.matches("\\d{1,4}")
        || words.stream().anyMatch(word -> word.startsWith("-"))) {
      err.print(USAGE);
      return 2;
    }
    TemplateCommand with = new TemplateCommand(out, templates.get(), state);
    try {
      if (command.equals("build") && !words.isEmpty()) {
        for (String images : words) {
          with.build(Path.of(images));
        }
        return 0;
      } else if (command.equals("list") && words.isEmpty()) {
        return with.list();
      } else if (command.equals("verify") && words.size() <= 1) {
        return with.verify(words.isEmpty() ? "" : words.get(0), Integer.parseInt(clones));
      } else if (command.equals("remove") && words.size() == 1) {
        return with.remove(words.get(0));
      }
      boolean help = command.matches("help|-h|--help");
      (help ? out : err).print(USAGE);
      return help ? 0 : 2;
    } catch (IOException e) {
      err.println("mirror: " + MirrorStore.describe(e));
      return 1;
    }
  }

  /** Takes an option and its value out of the words; the last one counts. */
  private static Optional<String> option(List<String> words, String name) {
    Optional<String> value = Optional.empty();
    for (int at = words.indexOf(name); at >= 0 && at + 1 < words.size(); at = words.indexOf(name)) {
      words.remove(at);
      value = Optional.of(words.remove(at));
    }
    return value;
  }

  private void build(Path images) throws IOException {
    Path template = versions.inForce(PhoneModel.load(images.toRealPath()).name());
    if (TemplateBuilder.isUpToDate(images, template)) {
      out.println("template in " + template + " is up to date");
    } else {
      new TemplateBuilder(QemuSettings.defaults()).build(images, template, out::println);
    }
  }

  private Optional<TemplateUse> use() throws IOException {
    return state.isPresent() ? Optional.of(TemplateUse.of(state.get())) : Optional.empty();
  }

  private List<TemplateVersions.Version> versions() throws IOException {
    return Files.isDirectory(versions.directory()) ? versions.all() : List.of();
  }

  private int list() throws IOException {
    Optional<TemplateUse> use = use();
    String line = "%-32s %-9s %-18s %7s %8s%n";
    out.printf(line, "TEMPLATE", "", "SOFTWARE", "MEMORY", "MIRRORS");
    for (TemplateVersions.Version version : versions()) {
      String software = "?";
      String memory = "?";
      Path properties = version.directory().resolve(Template.PROPERTIES);
      if (Files.exists(properties)) {
        PropertyFile description = PropertyFile.read(properties);
        software = PhoneModel.software(description);
        memory = description.text("memory.mb") + " MB";
      }
      out.printf(
          line,
          version.name(),
          version.inForce() ? "in force" : "older",
          software.isEmpty() ? "-" : software,
          memory,
          use.map(u -> "" + u.of(version).size()).orElse("?"));
    }
    return 0;
  }

  private int verify(String named, int clones) throws IOException {
    Optional<TemplateUse> use = use();
    int damaged = 0;
    int seen = 0;
    for (TemplateVersions.Version version : versions()) {
      if (!named.isEmpty() && !named.equals(version.model()) && !named.equals(version.name())) {
        continue;
      }
      seen++;
      String verdict;
      try {
        verdict = tried(version.directory(), clones);
      } catch (IOException e) {
        verdict = MirrorStore.describe(e);
        damaged++;
      }
      String needed = use.map(u -> ", needed by " + names(u.of(version))).orElse("");
      out.println(version.name() + ": " + verdict + needed);
    }
    if (seen == 0) {
      throw new IOException(
          "there is no template" + (named.isEmpty() ? "" : " " + named) + " in " + directory());
    }
    return damaged == 0 ? 0 : 1;
  }

  private static String tried(Path template, int clones) throws IOException {
    if (clones == 0) {
      Template.load(template);
      return "whole";
    }
    List<TemplateTrial.Times> times = TemplateTrial.of(template, clones, QemuSettings.defaults());
    List<TemplateTrial.Times> counted = times.subList(clones > 1 ? 1 : 0, clones);
    return String.format(
        Locale.ROOT,
        "whole, a new mirror answers in %d ms, its session is on in %d ms%s",
        median(counted, TemplateTrial.Times::answered),
        median(counted, TemplateTrial.Times::session),
        clones > 2 ? " (medians of " + counted.size() + ")" : "");
  }

  private static long median(
      List<TemplateTrial.Times> times, Function<TemplateTrial.Times, Duration> which) {
    List<Duration> sorted = times.stream().map(which).sorted().toList();
    return sorted.get(sorted.size() / 2).toMillis();
  }

  private Path directory() {
    return versions.directory();
  }

  private static String names(Set<String> mirrors) {
    if (mirrors.isEmpty()) {
      return "nobody";
    }
    String first = String.join(", ", mirrors.stream().limit(NAMED).toList());
    return mirrors.size() > NAMED ? first + " and " + (mirrors.size() - NAMED) + " more" : first;
  }

  private int remove(String name) throws IOException {
    TemplateUse use =
        use()
            .orElseThrow(
                () ->
                    new IOException(
                        "which mirrors need "
                            + name
                            + "? Name the server's state.directory:"
                            + " --state DIR"));
    TemplateVersions.Version version =
        versions().stream()
            .filter(v -> v.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "there is no template "
                            + name
                            + " in "
                            + directory()
                            + "; ./mirror template list shows what there is"));
    Set<String> mirrors = use.of(version);
    if (!mirrors.isEmpty()) {
      throw new IOException(
          name
              + " is needed by "
              + names(mirrors)
              + (version.inForce()
                  ? "; it is the one in force of their model"
                  : "; they move on when their phones are switched off"));
    }
    versions.remove(version);
    out.println(name + " is removed");
    return 0;
  }
}
