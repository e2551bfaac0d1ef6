package org.phonemirror.core.download.store;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.phonemirror.core.subscriber.Impu;

/**
 * A URL that is to be fetched for all who ordered it meanwhile.
 *
 * @param id of its partial file
 * @param url where from
 * @param first one of those who ordered it
 * @param attempts how many in turn have brought nothing
 * @param deadline when it is given up
 * @param safe how many bytes of the partial file survive a crash
 * @param validator which version they are of
 * @param total the length of the whole, if it is known
 */
public record Fetch(
    long id,
    String url,
    Impu first,
    int attempts,
    Instant deadline,
    long safe,
    Optional<String> validator,
    OptionalLong total) {}
