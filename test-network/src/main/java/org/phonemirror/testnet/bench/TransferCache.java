package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.phonemirror.core.download.DownloadService;
import org.phonemirror.core.download.DownloadSettings;
import org.phonemirror.core.download.fetch.AddressRules;
import org.phonemirror.core.download.fetch.Network;
import org.phonemirror.core.download.serve.FileServer;
import org.phonemirror.core.download.serve.FileServerSettings;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.service.ReplayedInterval;

/** The real download cache, and the server from which phones fetch its files. */
final class TransferCache implements AutoCloseable {
  private final DownloadService service;
  private final FileServer files;

  /**
   * Starts both.
   *
   * @param address where phones reach it
   * @param origin the only server that files come from
   */
  static TransferCache start(
      String address, InetSocketAddress origin, Path directory, NoticeBoard board)
      throws IOException {
    InetSocketAddress at = free(address);
    Files.createDirectories(directory);
    URI uri = URI.create("http://" + address + ":" + at.getPort() + "/");
    DownloadSettings usual = DownloadSettings.defaults(directory, uri);
    Network only = Network.parse(origin.getAddress().getHostAddress() + "/32");
    DownloadSettings settings =
        new DownloadSettings(
            usual.store(),
            usual
                .fetch()
                .with(new AddressRules(List.of(), List.of(only)), Set.of(origin.getPort())),
            usual.retries(),
            uri,
            usual.parallel(),
            usual.parallelPerSubscriber());
    DownloadService service =
        new DownloadService(
            settings,
            DownloadService.Ports.of(
                settings,
                board,
                (subscriber, type, body) -> CompletableFuture.completedFuture(null)));
    try {
      FileServer files =
          FileServer.start(
              FileServerSettings.at(at, Optional.empty()), service.files(), Clock.systemUTC());
      service.start();
      return new TransferCache(service, files);
    } catch (IOException e) {
      service.close();
      throw e;
    }
  }

  private TransferCache(DownloadService service, FileServer files) {
    this.service = service;
    this.files = files;
  }

  /** Phones are told of the port before the server has it. */
  private static InetSocketAddress free(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  String name() {
    return service.name();
  }

  void replayed(MirrorView mirror, ReplayedInterval interval) throws MachineException {
    service.replayed(mirror, interval);
  }

  @Override
  public void close() throws IOException {
    files.close();
    service.close();
  }
}
