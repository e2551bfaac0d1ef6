package org.phonemirror.sip;

import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;

/**
 * What a third-party REGISTER tells (TS 24.229 §5.4.1.7).
 *
 * @param active whether the subscriber is registered; otherwise the registration has ended
 * @param scscf URI of the S-CSCF that serves the subscriber
 * @param body what its body tells
 */
record Registration(
    Impu subscriber, boolean active, Optional<String> scscf, RegistrationBody body) {}
