package org.phonemirror.core.qemu;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.machine.NetworkReport;

/** Reads what the guest's agent tells of an interval's network; the guest may be hostile. */
final class NetworkReportReader {
  /** Flows of two tapes, twice what a tape may have, and requests. */
  private static final int MAX_LINES = 4 * TapeEncoder.MAX_FLOWS;

  /** What an honest agent tells of; the rest it counts. */
  private static final int MAX_REQUESTS = 64;

  private static final Pattern FLOW =
      Pattern.compile(
          "FLOW (\\d{1,18}) (\\d{1,18}) (\\d{1,18}) (-1|\\d{1,18}) (\\d{1,9}) (\\d{1,9})"
              + " (\\d{1,18})");
  private static final Pattern UNUSED = Pattern.compile("UNUSED (\\d{1,18})");
  private static final Pattern REQUEST =
      Pattern.compile(
          "REQUEST (\\d{1,15}) (tcp|udp) ([0-9a-f]{8}|[0-9a-f]{32}) (\\d{1,5})"
              + " (-|(?:[0-9a-f]{2}){1,512})");

  private final long startMicros;
  private final List<NetworkReport.Flow> flows = new ArrayList<>();
  private final List<Long> unused = new ArrayList<>();
  private final List<NetworkReport.Request> requests = new ArrayList<>();
  private int lines;

  /** Of an interval that starts at a time. */
  NetworkReportReader(long startMicros) {
    this.startMicros = startMicros;
  }

  /**
   * Takes a line.
   *
   * @return false if it is none of a report
   * @throws IOException if there are more lines than an honest agent says, or they are malformed
   */
  boolean take(String line) throws IOException {
    Matcher flow = FLOW.matcher(line);
    Matcher notUsed = UNUSED.matcher(line);
    Matcher request = REQUEST.matcher(line);
    if (flow.matches()) {
      flows.add(
          new NetworkReport.Flow(
              Long.parseLong(flow.group(1)),
              Long.parseLong(flow.group(2)),
              Long.parseLong(flow.group(3)),
              Long.parseLong(flow.group(4)),
              Integer.parseInt(flow.group(5)),
              Integer.parseInt(flow.group(6)),
              Long.parseLong(flow.group(7))));
    } else if (notUsed.matches()) {
      unused.add(Long.parseLong(notUsed.group(1)));
    } else if (request.matches() && Integer.parseInt(request.group(4)) <= 0xffff) {
      requests.add(request(request));
    } else {
      return false;
    }
    if (requests.size() > MAX_REQUESTS) {
      throw new IOException("the agent's report has more than " + MAX_REQUESTS + " requests");
    }
    if (++lines > MAX_LINES) {
      throw new IOException("the agent's report has more than " + MAX_LINES + " lines");
    }
    return true;
  }

  private NetworkReport.Request request(Matcher fields) throws IOException {
    HexFormat hex = HexFormat.of();
    byte[] address = hex.parseHex(fields.group(3));
    String bytes = fields.group(5);
    return new NetworkReport.Request(
        startMicros + Long.parseLong(fields.group(1)),
        fields.group(2).equals("tcp") ? NetworkReport.Protocol.TCP : NetworkReport.Protocol.UDP,
        new InetSocketAddress(InetAddress.getByAddress(address), Integer.parseInt(fields.group(4))),
        bytes.equals("-") ? new byte[0] : hex.parseHex(bytes));
  }

  /**
   * The whole report.
   *
   * @param lostRequests how many requests it did not keep
   */
  NetworkReport report(int lostRequests) {
    return new NetworkReport(flows, unused, List.of(), requests, lostRequests);
  }
}
