package org.phonemirror.testnet.hss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.testnet.aka.AkaKey;

/**
 * All that an HSS holds, in one JSON file. It is written anew with each change, and takes the place
 * of the old one only when it is on the disk: for a test network's number of subscribers.
 */
final class HssFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  HssFile(Path file) {
    this.file = file;
  }

  /** What the file holds. */
  record Content(
      List<Subscriber> subscribers,
      Map<Repository.DataKey, RepositoryData> data,
      Map<Repository.DataKey, Set<Repository.Watcher>> watchers,
      Map<String, Set<ImsSubscriptions.Watch>> subscriptions,
      Map<String, Registrations.Registration> registrations,
      Map<String, Long> sequences,
      Map<String, Outgoing.Destination> locations,
      Map<String, String> relays) {}

  /**
   * Reads the file.
   *
   * @return empty if it is not there yet
   * @throws IOException if it cannot be read; the text names it
   */
  Optional<Content> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(content(JSON.readTree(file.toFile())));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(file + " is not what an HSS has written: " + e.getMessage(), e);
    }
  }

  /** Writes the file; throws an UncheckedIOException if that fails, so that nothing is answered. */
  synchronized void write(Content content) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      byte[] octets = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree(content));
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        for (ByteBuffer rest = ByteBuffer.wrap(octets); rest.hasRemaining(); ) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static ObjectNode tree(Content content) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode subscribers = root.putArray("subscribers");
    content.subscribers().forEach(s -> put(subscribers.addObject(), s));
    ArrayNode data = root.putArray("repository");
    content
        .data()
        .forEach(
            (key, value) ->
                put(data.addObject(), key)
                    .put("number", value.sequenceNumber())
                    .put("data", value.serviceData().orElse("")));
    ArrayNode watchers = root.putArray("watchers");
    content
        .watchers()
        .forEach(
            (key, some) -> some.forEach(watcher -> put(put(watchers.addObject(), key), watcher)));
    ArrayNode subscriptions = root.putArray("subscriptions");
    content
        .subscriptions()
        .forEach((impi, some) -> some.forEach(w -> put(subscriptions.addObject(), impi, w)));
    ArrayNode registrations = root.putArray("registrations");
    content
        .registrations()
        .forEach(
            (impi, r) ->
                registrations
                    .addObject()
                    .put("impi", impi)
                    .put("state", r.state().name())
                    .put("server", r.serverName())
                    .put("host", r.diameterHost())
                    .put("realm", r.diameterRealm()));
    ObjectNode sequences = root.putObject("sequences");
    content.sequences().forEach(sequences::put);
    ArrayNode locations = root.putArray("locations");
    content
        .locations()
        .forEach(
            (imsi, sgsn) ->
                locations
                    .addObject()
                    .put("imsi", imsi)
                    .put("host", sgsn.host())
                    .put("realm", sgsn.realm()));
    ObjectNode relays = root.putObject("relays");
    content.relays().forEach(relays::put);
    return root;
  }

  private static ObjectNode put(ObjectNode node, Repository.DataKey key) {
    return node.put("impi", key.impi()).put("service", key.serviceIndication());
  }

  private static ObjectNode put(ObjectNode node, Repository.Watcher watcher) {
    return node.put("host", watcher.host())
        .put("realm", watcher.realm())
        .put("user", watcher.user().uri());
  }

  private static void put(ObjectNode node, String impi, ImsSubscriptions.Watch watch) {
    put(node.put("impi", impi).put("reference", watch.reference()), watch.watcher());
    watch.serverName().ifPresent(name -> node.put("server", name));
  }

  private static void put(ObjectNode node, Subscriber subscriber) {
    node.put("impi", subscriber.impi()).put("password", subscriber.password());
    ArrayNode impus = node.putArray("impus");
    subscriber.impus().forEach(impu -> impus.add(impu.uri()));
    ArrayNode msisdns = node.putArray("msisdns");
    subscriber.msisdns().forEach(msisdns::add);
    subscriber.imsi().ifPresent(imsi -> node.put("imsi", imsi));
    subscriber
        .aka()
        .ifPresent(key -> node.putObject("card").put("k", key.k()).put("opc", key.opc()));
    ArrayNode criteria = node.putArray("criteria");
    for (FilterCriterion criterion : subscriber.criteria()) {
      ObjectNode one = criteria.addObject();
      one.put("priority", criterion.priority())
          .put("server", criterion.server())
          .put("handling", criterion.handling().name());
      criterion.serviceInfo().ifPresent(info -> one.put("info", info));
      ArrayNode triggers = one.putArray("any-of");
      for (FilterCriterion.Trigger trigger : criterion.anyOf()) {
        ObjectNode condition = triggers.addObject().put("method", trigger.method());
        trigger.sessionCase().ifPresent(c -> condition.put("case", c.name()));
      }
    }
  }

  private static Content content(JsonNode root) {
    List<Subscriber> subscribers = new ArrayList<>();
    root.required("subscribers").forEach(node -> subscribers.add(subscriber(node)));
    Map<Repository.DataKey, RepositoryData> data = new HashMap<>();
    for (JsonNode node : root.required("repository")) {
      Repository.DataKey key = key(node);
      data.put(
          key,
          new RepositoryData(
              key.serviceIndication(),
              node.required("number").asInt(),
              Optional.of(text(node, "data"))));
    }
    Map<Repository.DataKey, Set<Repository.Watcher>> watchers = new HashMap<>();
    for (JsonNode node : root.required("watchers")) {
      watchers.computeIfAbsent(key(node), key -> new HashSet<>()).add(watcher(node));
    }
    Map<String, Set<ImsSubscriptions.Watch>> subscriptions = new HashMap<>();
    for (JsonNode node : root.path("subscriptions")) {
      subscriptions
          .computeIfAbsent(text(node, "impi"), impi -> new HashSet<>())
          .add(
              new ImsSubscriptions.Watch(
                  node.required("reference").asLong(),
                  optionalText(node, "server"),
                  watcher(node)));
    }
    Map<String, Registrations.Registration> registrations = new HashMap<>();
    for (JsonNode node : root.required("registrations")) {
      registrations.put(
          text(node, "impi"),
          new Registrations.Registration(
              Registrations.State.valueOf(text(node, "state")),
              text(node, "server"),
              text(node, "host"),
              text(node, "realm")));
    }
    Map<String, Long> sequences = new HashMap<>();
    root.required("sequences")
        .properties()
        .forEach(entry -> sequences.put(entry.getKey(), entry.getValue().asLong()));
    Map<String, Outgoing.Destination> locations = new HashMap<>();
    for (JsonNode node : root.required("locations")) {
      locations.put(
          text(node, "imsi"), new Outgoing.Destination(text(node, "host"), text(node, "realm")));
    }
    Map<String, String> relays = new HashMap<>();
    root.path("relays")
        .properties()
        .forEach(entry -> relays.put(entry.getKey(), entry.getValue().asText()));
    return new Content(
        subscribers, data, watchers, subscriptions, registrations, sequences, locations, relays);
  }

  private static Repository.Watcher watcher(JsonNode node) {
    return new Repository.Watcher(
        text(node, "host"), text(node, "realm"), new Impu(text(node, "user")));
  }

  private static Repository.DataKey key(JsonNode node) {
    return new Repository.DataKey(text(node, "impi"), text(node, "service"));
  }

  private static Subscriber subscriber(JsonNode node) {
    List<Impu> impus = new ArrayList<>();
    node.required("impus").forEach(impu -> impus.add(new Impu(impu.asText())));
    List<String> msisdns = new ArrayList<>();
    node.required("msisdns").forEach(msisdn -> msisdns.add(msisdn.asText()));
    List<FilterCriterion> criteria = new ArrayList<>();
    node.required("criteria").forEach(one -> criteria.add(criterion(one)));
    return new Subscriber(
        text(node, "impi"),
        text(node, "password"),
        impus,
        criteria,
        msisdns,
        optionalText(node, "imsi"),
        Optional.ofNullable(node.get("card"))
            .map(card -> new AkaKey(text(card, "k"), text(card, "opc"))));
  }

  private static FilterCriterion criterion(JsonNode node) {
    List<FilterCriterion.Trigger> triggers = new ArrayList<>();
    for (JsonNode trigger : node.required("any-of")) {
      triggers.add(
          new FilterCriterion.Trigger(
              text(trigger, "method"),
              optionalText(trigger, "case").map(FilterCriterion.SessionCase::valueOf)));
    }
    return new FilterCriterion(
        node.required("priority").asInt(),
        triggers,
        text(node, "server"),
        FilterCriterion.DefaultHandling.valueOf(text(node, "handling")),
        optionalText(node, "info"));
  }

  private static String text(JsonNode node, String name) {
    return node.required(name).asText();
  }

  private static Optional<String> optionalText(JsonNode node, String name) {
    return Optional.ofNullable(node.get(name)).map(JsonNode::asText);
  }
}
