package org.phonemirror.sip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.RepairCounts;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.vitals.Vitals;

/** Shows the operator how each mirror is, as a JSON array. */
public final class MirrorsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<StatusQuery.Found> found = StatusQuery.ask(getServletContext(), request, response);
    if (found.isPresent()) {
      response.setContentType("application/json");
      response.setCharacterEncoding("UTF-8");
      response.getWriter().println(json(found.get().mirrors()));
    }
  }

  static String json(List<MirrorReport> mirrors) throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    ArrayNode all = json.createArrayNode();
    mirrors.forEach(mirror -> describe(all.addObject(), mirror));
    return json.writerWithDefaultPrettyPrinter().writeValueAsString(all);
  }

  private static void describe(ObjectNode node, MirrorReport report) {
    MirrorStatus mirror = report.status();
    node.put("subscriber", mirror.subscriber())
        .put("phase", mirror.phase().name().toLowerCase(Locale.ROOT))
        .put("phone_model", mirror.phoneModel())
        .put("accepted", mirror.accepted())
        .put("replayed", mirror.replayed())
        .put("intervals", mirror.intervals())
        .put("diverged", mirror.diverged())
        .put("diverged_per_1000_intervals", mirror.divergedPer1000());
    cost(node, report);
    RepairCounts repairs = mirror.repairs();
    ObjectNode causes = node.putObject("diverged_by_cause");
    for (Cause cause : Cause.values()) {
      causes.put(cause.label(), repairs.diverged(cause));
    }
    node.put("repaired_files", repairs.files())
        .put("repaired_bytes", repairs.bytes())
        .put("repair_wire_bytes", repairs.wireBytes())
        .put("beyond_repair", mirror.beyondRepair());
    mirror
        .otherSoftware()
        .ifPresent(
            other ->
                node.putObject("other_software")
                    .put("phone", other.phone())
                    .put("mirror", other.mirror()));
    mirror
        .last()
        .ifPresent(
            last ->
                node.putObject("last")
                    .put("identical", last.identical())
                    .put("files", last.files())
                    .put("bytes", last.bytes())
                    .put("unsettled", last.unsettled()));
    node.put("failure", mirror.failure());
  }

  /** What is not known is left out. */
  private static void cost(ObjectNode node, MirrorReport report) {
    Vitals vitals = report.vitals();
    report.lag().ifPresent(lag -> node.put("lag_s", lag.toMillis() / 1000.0));
    vitals.followedTo().ifPresent(time -> node.put("followed_to", time.toString()));
    vitals.replayedAt().ifPresent(time -> node.put("replayed_at", time.toString()));
    node.put("resident", vitals.resident())
        .put("interval_cpu_s", vitals.intervalCpuMicros() / 1e6)
        .put("cpu_s", vitals.cpuMicros() / 1e6)
        .put("memory_bytes", vitals.residentBytes())
        .put("disk_bytes", report.disk().bytes())
        .put("checkpoint_bytes", report.disk().checkpointBytes());
    vitals
        .divergence()
        .ifPresent(
            divergence ->
                node.putObject("last_divergence")
                    .put("at", divergence.at().toString())
                    .put("cause", divergence.cause().label()));
  }
}
