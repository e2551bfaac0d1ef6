package org.phonemirror.core.mirror;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;

/**
 * The form of events and state in the journal. The manifest names the kind; a kind whose fields
 * change gets a new manifest beside the old one, which stays readable for good.
 */
public final class MirrorSerializer extends SerializerWithStringManifest {
  private static final int IDENTIFIER = 0x504d_0001;

  /** Kinds that have got fields since they were first written. */
  private static final Map<Class<?>, String> CHANGED =
      Map.of(
          MirrorState.class, "MirrorState.4",
          MirrorEvent.Subscribed.class, "Subscribed.3",
          MirrorEvent.Replayed.class, "Replayed.2");

  private static final int MAX_BYTES = 64 * 1024 * 1024;

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object object) {
    return CHANGED.getOrDefault(object.getClass(), object.getClass().getSimpleName());
  }

  @Override
  public byte[] toBinary(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      if (object instanceof MirrorState state) {
        write(out, state);
      } else {
        write(out, (MirrorEvent) object);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return switch (manifest) {
        case "MirrorState" -> state(in, 1);
        case "MirrorState.2" -> state(in, 2);
        case "MirrorState.3" -> state(in, 3);
        case "MirrorState.4" -> state(in, 4);
        case "Subscribed" -> subscribed(in, ProfileCodec.Version.FIRST);
        case "Subscribed.2" -> subscribed(in, ProfileCodec.Version.REPAIR);
        case "Subscribed.3" -> subscribed(in, ProfileCodec.Version.SERVICES);
        case "Unsubscribed" -> new MirrorEvent.Unsubscribed();
        case "PhoneTurnedOn" -> new MirrorEvent.PhoneTurnedOn(in.readUTF(), blob(in));
        case "PhoneTurnedOff" -> new MirrorEvent.PhoneTurnedOff();
        case "MessageAccepted" -> new MirrorEvent.MessageAccepted(blob(in));
        case "MachineStarting" -> new MirrorEvent.MachineStarting(in.readLong());
        case "Replayed" ->
            new MirrorEvent.Replayed(in.readLong(), comparison(in), RepairCounts.NONE);
        case "Replayed.2" -> new MirrorEvent.Replayed(in.readLong(), comparison(in), counts(in));
        case "Checkpointed" -> new MirrorEvent.Checkpointed(in.readLong());
        case "NoticePosted" -> new MirrorEvent.NoticePosted(notice(in));
        case "NoticesTold" -> new MirrorEvent.NoticesTold(in.readInt());
        case "Removed" -> new MirrorEvent.Removed();
        case "Failed" -> new MirrorEvent.Failed(in.readUTF());
        case "Recovered" -> new MirrorEvent.Recovered();
        default ->
            throw new IllegalArgumentException(
                "journal holds a '" + manifest + "', which this version does not know");
      };
    } catch (IOException e) {
      throw new UncheckedIOException("journal entry '" + manifest + "' is damaged", e);
    }
  }

  private static void write(DataOutputStream out, MirrorEvent event) throws IOException {
    if (event instanceof MirrorEvent.Subscribed subscribed) {
      ProfileCodec.write(out, subscribed.profile());
    } else if (event instanceof MirrorEvent.PhoneTurnedOn on) {
      out.writeUTF(on.identity());
      blob(out, on.key());
    } else if (event instanceof MirrorEvent.MessageAccepted accepted) {
      blob(out, accepted.encoded());
    } else if (event instanceof MirrorEvent.MachineStarting starting) {
      out.writeLong(starting.epoch());
    } else if (event instanceof MirrorEvent.Replayed replayed) {
      out.writeLong(replayed.sequence());
      comparison(out, replayed.comparison());
      counts(out, replayed.counts());
    } else if (event instanceof MirrorEvent.Checkpointed checkpointed) {
      out.writeLong(checkpointed.position());
    } else if (event instanceof MirrorEvent.NoticePosted posted) {
      notice(out, posted.notice());
    } else if (event instanceof MirrorEvent.NoticesTold told) {
      out.writeInt(told.count());
    } else if (event instanceof MirrorEvent.Failed failed) {
      out.writeUTF(failed.reason());
    }
  }

  private static void write(DataOutputStream out, MirrorState state) throws IOException {
    out.writeBoolean(state.profile().isPresent());
    if (state.profile().isPresent()) {
      ProfileCodec.write(out, state.profile().get());
    }
    out.writeBoolean(state.retiring());
    out.writeBoolean(state.link().on());
    out.writeUTF(state.link().identity());
    blob(out, state.link().key());
    MirrorState.Stream stream = state.stream();
    out.writeLong(stream.last());
    out.writeInt(stream.boots().size());
    for (MirrorState.BootMark boot : stream.boots()) {
      out.writeLong(boot.sequence());
      out.writeLong(boot.bootId());
    }
    out.writeBoolean(stream.sessionOn());
    out.writeInt(stream.retained().size());
    for (MirrorState.Retained retained : stream.retained()) {
      blob(out, retained.encoded());
    }
    MirrorState.Progress progress = state.progress();
    out.writeLong(progress.epoch());
    out.writeLong(progress.checkpoint());
    out.writeLong(progress.replayed());
    out.writeLong(progress.intervals());
    counts(out, progress.repairs());
    comparison(out, progress.last());
    out.writeUTF(progress.failure());
    out.writeInt(state.notices().size());
    for (Notice notice : state.notices()) {
      notice(out, notice);
    }
  }

  private static MirrorEvent.Subscribed subscribed(DataInputStream in, ProfileCodec.Version version)
      throws IOException {
    return new MirrorEvent.Subscribed(ProfileCodec.read(in, version));
  }

  /** What a state of a version holds of the profile. */
  private static ProfileCodec.Version profileOf(int version) {
    return switch (version) {
      case 1 -> ProfileCodec.Version.FIRST;
      case 2, 3 -> ProfileCodec.Version.REPAIR;
      default -> ProfileCodec.Version.SERVICES;
    };
  }

  private static MirrorState state(DataInputStream in, int version) throws IOException {
    boolean repairs = version >= 2;
    Optional<MirrorProfile> profile =
        in.readBoolean()
            ? Optional.of(ProfileCodec.read(in, profileOf(version)))
            : Optional.empty();
    boolean retiring = in.readBoolean();
    MirrorState.Link link = new MirrorState.Link(in.readBoolean(), in.readUTF(), blob(in));
    long last = in.readLong();
    List<MirrorState.BootMark> boots = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      boots.add(new MirrorState.BootMark(in.readLong(), in.readLong()));
    }
    boolean sessionOn = in.readBoolean();
    List<MirrorState.Retained> retained = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      byte[] encoded = blob(in);
      retained.add(new MirrorState.Retained(MirrorState.decode(encoded), encoded));
    }
    return new MirrorState(
        profile,
        retiring,
        link,
        new MirrorState.Stream(last, boots, sessionOn, retained),
        new MirrorState.Progress(
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            repairs ? counts(in) : unexplained(in.readLong()),
            comparison(in),
            in.readUTF()),
        version >= 3 ? notices(in) : List.of());
  }

  private static void notice(DataOutputStream out, Notice notice) throws IOException {
    out.writeUTF(notice.topic());
    out.writeInt(notice.fields().size());
    for (Field field : notice.fields()) {
      out.writeUTF(field.name());
      out.writeUTF(field.value());
    }
  }

  private static Notice notice(DataInputStream in) throws IOException {
    String topic = in.readUTF();
    List<Field> fields = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      fields.add(new Field(in.readUTF(), in.readUTF()));
    }
    return new Notice(topic, fields);
  }

  private static List<Notice> notices(DataInputStream in) throws IOException {
    List<Notice> notices = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      notices.add(notice(in));
    }
    return notices;
  }

  private static void counts(DataOutputStream out, RepairCounts counts) throws IOException {
    out.writeInt(counts.diverged().size());
    for (Map.Entry<Cause, Long> diverged : counts.diverged().entrySet()) {
      out.writeUTF(diverged.getKey().name());
      out.writeLong(diverged.getValue());
    }
    out.writeLong(counts.files());
    out.writeLong(counts.bytes());
    out.writeLong(counts.wireBytes());
  }

  private static RepairCounts counts(DataInputStream in) throws IOException {
    Map<Cause, Long> diverged = new EnumMap<>(Cause.class);
    for (int n = in.readInt(); n > 0; n--) {
      diverged.put(Cause.valueOf(in.readUTF()), in.readLong());
    }
    return new RepairCounts(diverged, in.readLong(), in.readLong(), in.readLong());
  }

  /** Before there was repair, every interval counted while something differed, and no cause. */
  private static RepairCounts unexplained(long diverged) {
    return new RepairCounts(diverged == 0 ? Map.of() : Map.of(Cause.RANDOM, diverged), 0, 0, 0);
  }

  private static void comparison(DataOutputStream out, Optional<Comparison> comparison)
      throws IOException {
    out.writeBoolean(comparison.isPresent());
    if (comparison.isPresent()) {
      out.writeBoolean(comparison.get().identical());
      out.writeLong(comparison.get().files());
      out.writeLong(comparison.get().bytes());
      out.writeInt(comparison.get().unsettled());
    }
  }

  private static Optional<Comparison> comparison(DataInputStream in) throws IOException {
    return in.readBoolean()
        ? Optional.of(new Comparison(in.readBoolean(), in.readLong(), in.readLong(), in.readInt()))
        : Optional.empty();
  }

  private static void blob(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] blob(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("length of a field is " + length);
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("field of " + length + " bytes ends after " + bytes.length);
    }
    return bytes;
  }
}
