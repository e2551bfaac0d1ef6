package org.phonemirror.core.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.phonemirror.core.program.Program;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;

/**
 * Blocks by nftables on a Linux node that forwards the phones' packets, such as a GGSN or the
 * router behind it, in a table of its own: sets of what is blocked, whose elements the kernel lets
 * go when their time is over, and a chain that drops what is forwarded between their ends.
 *
 * <p>Each call is one transaction of nft(8), given on its standard input; all that goes into it are
 * addresses, numbers and names of this class. The table is made anew by whichever call finds it
 * gone.
 */
public final class NftEnforcement implements Enforcement, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ELEMENTS_PER_COMMAND = 1_000;
  private static final int TCP = 6;

  /** The mirror server's blocks, twice: while they are renewed, old and new are there. */
  private static final int SET_SIZE = 131_072;

  private static final String DEFINITION =
      """
      add table inet %1$s
      add set inet %1$s blocked4 { \
      type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags timeout; size %2$d; }
      add set inet %1$s blocked6 { \
      type ipv6_addr . ipv6_addr . inet_proto . inet_service; flags timeout; size %2$d; }
      add chain inet %1$s forward { type filter hook forward priority filter; policy accept; }
      flush chain inet %1$s forward
      add rule inet %1$s forward ip saddr . ip daddr . meta l4proto . th dport @blocked4 drop
      add rule inet %1$s forward ip daddr . ip saddr . meta l4proto . th sport @blocked4 drop
      add rule inet %1$s forward ip6 saddr . ip6 daddr . meta l4proto . th dport @blocked6 drop
      add rule inet %1$s forward ip6 daddr . ip6 saddr . meta l4proto . th sport @blocked6 drop
      """;

  private final List<String> command;
  private final String table;
  private final Clock clock;

  /**
   * Does nothing yet: the node may be away.
   *
   * @param command that runs nft(8) on the node, to which its arguments are added; for a node that
   *     is not this machine, perhaps {@code ssh node nft}
   * @param name of the table, after {@code phonemirror_}; servers that share a node have one each
   */
  public NftEnforcement(List<String> command, String name, Clock clock) {
    if (!name.matches("[a-z0-9_]{1,32}")) {
      throw new IllegalArgumentException(
          "'" + name + "' can't name a table: it must be of 1 to 32 of a-z, 0-9 and _");
    }
    this.command = List.copyOf(command);
    this.table = "phonemirror_" + name;
    this.clock = clock;
  }

  private String definition() {
    return DEFINITION.formatted(table, SET_SIZE);
  }

  @Override
  public void block(Collection<Block> blocks) throws IOException {
    StringBuilder commands = new StringBuilder(definition());
    Instant now = clock.instant();
    // an element that is there keeps its time, so it has to go first; and what goes has to be there
    elements(commands, "add", blocks.stream().map(block -> element(block.target(), 1)).toList());
    elements(commands, "delete", blocks.stream().map(block -> element(block.target())).toList());
    elements(
        commands,
        "add",
        blocks.stream()
            .map(
                block ->
                    element(
                        block.target(),
                        Math.max(1, Duration.between(now, block.until()).toSeconds())))
            .toList());
    nft(commands.toString());
  }

  @Override
  public void unblock(Collection<Target> targets) throws IOException {
    StringBuilder commands = new StringBuilder(definition());
    elements(commands, "add", targets.stream().map(target -> element(target, 1)).toList());
    elements(commands, "delete", targets.stream().map(NftEnforcement::element).toList());
    nft(commands.toString());
  }

  /** An element, and which of the sets it belongs to. */
  private record Element(boolean ipv4, String text) {}

  private static Element element(Target target) {
    return new Element(
        target.subscriber() instanceof Inet4Address,
        text(target.subscriber())
            + " . "
            + text(target.destination())
            + (target.protocol() == Protocol.TCP ? " . tcp . " : " . udp . ")
            + target.port());
  }

  private static Element element(Target target, long seconds) {
    Element bare = element(target);
    return new Element(bare.ipv4(), bare.text() + " timeout " + seconds + "s");
  }

  /** Without a scope, which is of this machine. */
  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  private void elements(StringBuilder commands, String command, List<Element> elements) {
    for (boolean ipv4 : new boolean[] {true, false}) {
      List<String> ofOne =
          elements.stream()
              .filter(element -> element.ipv4() == ipv4)
              .map(Element::text)
              .distinct()
              .toList();
      for (int from = 0; from < ofOne.size(); from += ELEMENTS_PER_COMMAND) {
        int to = Math.min(ofOne.size(), from + ELEMENTS_PER_COMMAND);
        commands.append(command).append(" element inet ").append(table);
        commands.append(ipv4 ? " blocked4 { " : " blocked6 { ");
        commands.append(String.join(", ", ofOne.subList(from, to))).append(" }\n");
      }
    }
  }

  @Override
  public List<Block> list() throws IOException {
    nft(definition());
    List<Block> blocks = new ArrayList<>();
    for (String set : List.of("blocked4", "blocked6")) {
      String said = run("", "-n", "-j", "list", "set", "inet", table, set);
      for (JsonNode node : JSON.readTree(said).path("nftables")) {
        for (JsonNode element : node.path("set").path("elem")) {
          blocks.add(block(element.path("elem")));
        }
      }
    }
    return blocks;
  }

  private Block block(JsonNode element) throws IOException {
    JsonNode parts = element.path("val").path("concat");
    return new Block(
        new Target(
            InetAddress.getByName(parts.path(0).asText()),
            InetAddress.getByName(parts.path(1).asText()),
            parts.path(3).asInt(),
            parts.path(2).asInt() == TCP ? Protocol.TCP : Protocol.UDP),
        clock.instant().plusSeconds(element.path("expires").asLong()));
  }

  private void nft(String commands) throws IOException {
    run(commands, "-f", "-");
  }

  private String run(String input, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(arguments));
    return Program.run(line, input);
  }

  /** Takes the table away, with all blocks; safe to call again. */
  @Override
  public void close() throws IOException {
    nft("add table inet %1$s\ndelete table inet %1$s\n".formatted(table));
  }
}
