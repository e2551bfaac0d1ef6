package org.phonemirror.hss.provision;

import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.ProfileDocument;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.ShClient;
import org.phonemirror.hss.sh.UserIdentity;

/**
 * Adds, changes and removes mirror profiles (PUR with the sequence numbers of TS 29.328 §6.1.2).
 */
final class Provisioning {
  /** Attempts at an update that others keep getting ahead of. */
  private static final int MAX_ATTEMPTS = 5;

  private final ShClient client;
  private final String serviceIndication;

  Provisioning(ShClient client, String serviceIndication) {
    this.client = client;
    this.serviceIndication = serviceIndication;
  }

  /** What the data is to be, given what it is; or a failure that says why not. */
  private interface Edit {
    Optional<String> apply(Optional<String> present) throws Failure;
  }

  /**
   * The public identity under which transparent data is kept; an MSISDN is no key to it (TS 29.328
   * table 7.6.1), so the HSS is asked for the identities that belong to it.
   */
  Impu publicIdentity(UserIdentity who) throws Failure, InterruptedException {
    if (who instanceof UserIdentity.Public named) {
      return named.impu();
    }
    String digits = ((UserIdentity.Msisdn) who).digits();
    List<String> all = Network.answer(client.publicIdentities(who)).publicIdentities();
    Optional<String> best =
        all.stream()
            .filter(uri -> uri.startsWith("sip:+" + digits + "@"))
            .findFirst()
            .or(() -> all.stream().filter(uri -> uri.startsWith("sip")).findFirst())
            .or(() -> all.stream().findFirst());
    if (best.isEmpty()) {
      throw new Failure(
          Failure.Kind.REFUSED,
          who + " has no public identity\n  it is no IMS subscriber: provision it for IMS first");
    }
    try {
      return new Impu(best.get());
    } catch (IllegalArgumentException e) {
      throw new Failure(Failure.Kind.REFUSED, "the HSS names " + who + " " + e.getMessage(), e);
    }
  }

  /** The profile's document as the HSS holds it. */
  Optional<RepositoryData> present(Impu user) throws Failure, InterruptedException {
    return Network.answer(client.repositoryData(user))
        .filter(data -> data.serviceData().isPresent());
  }

  void add(Impu user, MirrorProfile profile) throws Failure, InterruptedException {
    edit(
        user,
        present -> {
          if (present.isPresent()) {
            throw new Failure(
                Failure.Kind.REFUSED,
                user + " has a mirror profile already\n  change or remove it");
          }
          return Optional.of(ProfileDocument.format(profile));
        });
  }

  void change(Impu user, ProfileOptions changes) throws Failure, InterruptedException {
    edit(
        user,
        present -> {
          String document = present.orElseThrow(() -> none(user));
          try {
            MirrorProfile old = ProfileDocument.parse(document);
            return Optional.of(ProfileDocument.replace(document, changes.applyTo(old)));
          } catch (MalformedDocumentException e) {
            throw new Failure(
                Failure.Kind.REFUSED,
                "what the HSS holds for "
                    + user
                    + " is not valid: "
                    + e.getMessage()
                    + "\n  remove it, then add it anew",
                e);
          } catch (IllegalArgumentException e) {
            throw new Failure(Failure.Kind.USAGE, e.getMessage(), e);
          }
        });
  }

  void remove(Impu user) throws Failure, InterruptedException {
    edit(
        user,
        present -> {
          if (present.isEmpty()) {
            throw none(user);
          }
          return Optional.empty();
        });
  }

  private void edit(Impu user, Edit edit) throws Failure, InterruptedException {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      Optional<RepositoryData> present = present(user);
      Optional<String> wanted = edit.apply(present.flatMap(RepositoryData::serviceData));
      int number = present.map(RepositoryData::nextSequenceNumber).orElse(0);
      RepositoryData data = new RepositoryData(serviceIndication, number, wanted);
      if (Network.answer(client.write(user, data))) {
        return;
      }
    }
    throw new Failure(
        Failure.Kind.LATER,
        "the profile of "
            + user
            + " was changed by others "
            + MAX_ATTEMPTS
            + " times in the meantime (5105)\n  see what they wrote, try again");
  }

  private static Failure none(Impu user) {
    return new Failure(Failure.Kind.REFUSED, user + " has no mirror profile\n  add it first");
  }
}
