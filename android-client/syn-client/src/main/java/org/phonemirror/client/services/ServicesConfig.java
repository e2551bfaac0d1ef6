package org.phonemirror.client.services;

import java.nio.file.Path;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.repair.PhoneConditions;

/**
 * What {@link ClientServices} are made with.
 *
 * @param userStorage its top directory; need not be there before the session begins
 * @param privateStorage a directory on the same file system as user storage that is no part of it,
 *     for files that are being fetched and for the quarantine; made if need be
 * @param stateDirectory for lists of orders, notices and files; made if need be
 * @param conditions what sending and fetching costs
 * @param retry when to try again after a file could not be fetched
 */
public record ServicesConfig(
    Path userStorage,
    Path privateStorage,
    Path stateDirectory,
    PhoneConditions conditions,
    RetryPolicy retry) {}
