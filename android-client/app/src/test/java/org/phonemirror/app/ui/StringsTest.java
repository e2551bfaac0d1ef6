package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Every text can be translated, and German is complete. */
class StringsTest {
  private static final Path RESOURCES = Path.of("src", "main", "res");
  private static final Pattern ARGUMENT = Pattern.compile("%(\\d+\\$[a-z]|[^%])");
  private static final Pattern LITERAL =
      Pattern.compile("android:(text|hint|contentDescription|label|title)=\"([^\"@?][^\"]*)\"");

  @Test
  void germanHasTheSameTextsWithTheSameArguments() throws Exception {
    Map<String, List<String>> english = texts("values");
    Map<String, List<String>> german = texts("values-de");
    assertThat(german.keySet()).isEqualTo(english.keySet());
    for (String name : english.keySet()) {
      assertThat(arguments(german.get(name)))
          .describedAs("arguments of %s", name)
          .isEqualTo(arguments(english.get(name)));
    }
  }

  @Test
  void germanIsNotEnglish() throws Exception {
    Map<String, List<String>> english = texts("values");
    Map<String, List<String>> german = texts("values-de");
    List<String> same = new ArrayList<>();
    english.forEach(
        (name, text) -> {
          String words = ARGUMENT.matcher(String.join("", text)).replaceAll("");
          if (words.matches(".*\\p{L}{3}.*") && text.equals(german.get(name))) {
            same.add(name);
          }
        });
    // names that Germans use, too
    assertThat(same)
        .containsOnly("app_name", "title_downloads", "download_fetched", "provision_server");
  }

  @Test
  void layoutsAndManifestHoldNoTextsOfTheirOwn() throws IOException {
    List<String> literals = new ArrayList<>();
    try (Stream<Path> files = Files.walk(RESOURCES.getParent())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".xml")).toList()) {
        Matcher matcher = LITERAL.matcher(Files.readString(file));
        while (matcher.find()) {
          literals.add(file + ": " + matcher.group());
        }
      }
    }
    assertThat(literals).isEmpty();
  }

  /** Texts by name, of all files of a directory; a plural has one for each quantity. */
  private static Map<String, List<String>> texts(String directory) throws Exception {
    Map<String, List<String>> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(RESOURCES.resolve(directory))) {
      for (Path file : files.toList()) {
        add(
            texts,
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement());
      }
    }
    return texts;
  }

  private static void add(Map<String, List<String>> texts, Element file) {
    NodeList strings = file.getElementsByTagName("string");
    for (int i = 0; i < strings.getLength(); i++) {
      Element string = (Element) strings.item(i);
      texts.put(string.getAttribute("name"), List.of(string.getTextContent()));
    }
    NodeList plurals = file.getElementsByTagName("plurals");
    for (int i = 0; i < plurals.getLength(); i++) {
      Element plural = (Element) plurals.item(i);
      NodeList items = plural.getElementsByTagName("item");
      for (int j = 0; j < items.getLength(); j++) {
        Element item = (Element) items.item(j);
        texts.put(
            plural.getAttribute("name") + "/" + item.getAttribute("quantity"),
            List.of(item.getTextContent()));
      }
    }
  }

  private static List<String> arguments(List<String> texts) {
    List<String> arguments = new ArrayList<>();
    for (String text : texts) {
      Matcher matcher = ARGUMENT.matcher(text.replace("%%", ""));
      while (matcher.find()) {
        arguments.add(matcher.group());
      }
    }
    arguments.sort(null);
    return arguments;
  }
}
