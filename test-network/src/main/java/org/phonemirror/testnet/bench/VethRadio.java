package org.phonemirror.testnet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.testnet.program.Command;

/**
 * A veth link to a network namespace without a name, which lives as long as the program in it. The
 * kernel counts frames on it; each is an IP packet in 14 bytes of Ethernet. Segmentation is left to
 * TCP, so that packets are as long as on a wire, and nothing but IPv4 between the two is sent.
 */
final class VethRadio implements Radio {
  private static final int ETHERNET = 14;
  private static final int MOST = 1500 + ETHERNET;

  /** Networks of four addresses in one of 256. */
  private static final int MOST_NUMBERS = 63;

  private final String link;
  private final int first;
  private final Optional<LinkShape> shape;
  private long bytesBefore;
  private long packetsBefore;
  private boolean delayed;

  /** One as fast as this machine. */
  VethRadio() {
    this(0, Optional.empty());
  }

  /** One of several that this process has. */
  VethRadio(int number, LinkShape shape) {
    this(number, Optional.of(shape));
  }

  private VethRadio(int number, Optional<LinkShape> shape) {
    if (number < 0 || number > MOST_NUMBERS) {
      throw new IllegalArgumentException("link " + number + " is not 0 to " + MOST_NUMBERS);
    }
    this.link = "pmr" + ProcessHandle.current().pid() + "n" + number;
    this.first = 4 * number;
    this.shape = shape;
  }

  private String address(int host) {
    return "198.19." + ProcessHandle.current().pid() % 250 + "." + (first + host);
  }

  /** Whether the shape's delay could be had. */
  boolean delayed() {
    return delayed;
  }

  /** Where servers reach the phone. */
  String phone() {
    return address(2);
  }

  @Override
  public String description() {
    return "counted by the kernel on a veth link to the phone's network namespace";
  }

  @Override
  public String servers() {
    return address(1);
  }

  @Override
  public InetSocketAddress datagrams(InetSocketAddress server) {
    return server;
  }

  @Override
  public Process start(List<String> java) throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "--net"));
    command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    command.addAll(List.of("sh", "-c", "echo apart; read go; exec \"$@\"", "sh"));
    command.addAll(java);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      if (!"apart".equals(out.readLine())) {
        throw new IOException("a network namespace can't be made: see above");
      }
      connect(Long.toString(process.pid()));
      process.outputWriter(StandardCharsets.UTF_8).write("go\n");
      process.outputWriter().flush();
      return process;
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private void connect(String pid) throws IOException {
    Command.run(
        List.of("ip", "link", "add", link, "type", "veth", "peer", "name", "radio", "netns", pid));
    List<String> inside = List.of("nsenter", "--net", "--target", pid);
    String outer = set(List.of(), link, address(1));
    String inner = set(inside, "radio", address(2));
    // no ARP is counted
    neighbour(List.of(), link, address(2), inner);
    neighbour(inside, "radio", address(1), outer);
    if (shape.isPresent()) {
      delayed =
          shape.get().apply(link, shape.get().downKbits(), command -> run(List.of(), command));
      shape.get().apply("radio", shape.get().upKbits(), command -> run(inside, command));
    }
    bytesBefore = count("bytes");
    packetsBefore = count("packets");
  }

  /** Sets an end up and tells its Ethernet address. */
  private static String set(List<String> inside, String device, String address) throws IOException {
    String ipv6 = "echo 1 >/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6";
    run(inside, List.of("sh", "-c", "test ! -d /proc/sys/net/ipv6 || " + ipv6));
    run(inside, List.of("ip", "address", "add", address + "/30", "dev", device));
    run(inside, List.of("ip", "link", "set", "dev", device, "gso_max_segs", "1", "up"));
    String told = run(inside, List.of("ip", "-o", "link", "show", "dev", device));
    return told.replaceAll("(?s).*link/ether ([0-9a-f:]+).*", "$1");
  }

  private static void neighbour(List<String> inside, String device, String address, String ether)
      throws IOException {
    run(inside, List.of("ip", "neighbour", "replace", address, "lladdr", ether, "dev", device));
  }

  private static String run(List<String> inside, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(inside);
    all.addAll(command);
    return Command.run(all);
  }

  private long count(String what) throws IOException {
    long sum = 0;
    for (String direction : List.of("rx_", "tx_")) {
      Path file = Path.of("/sys/class/net", link, "statistics", direction + what);
      sum += Long.parseLong(Files.readString(file).strip());
    }
    return sum;
  }

  @Override
  public long bytes() throws IOException {
    long frames = count("packets") - packetsBefore;
    long bytes = count("bytes") - bytesBefore;
    if (bytes > frames * MOST) {
      throw new IOException("frames of more than " + MOST + " bytes are on " + link);
    }
    return bytes - frames * ETHERNET;
  }

  @Override
  public void carried(long up, long down) {}

  /** The link goes with the namespace, and the namespace with the program. */
  @Override
  public void close() {}
}
