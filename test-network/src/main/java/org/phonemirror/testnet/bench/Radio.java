package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** The way between a phone and the servers, on which bytes are counted. */
interface Radio extends AutoCloseable {
  /** How bytes are counted, for people. */
  String description();

  /** Where servers listen. */
  String servers();

  /** Where the phone reaches a server of datagrams. */
  InetSocketAddress datagrams(InetSocketAddress server) throws IOException;

  /** Starts a Java program on the phone's side; its errors are this process's. */
  Process start(List<String> java) throws IOException;

  /** Bytes on the IP layer so far, both ways. */
  long bytes() throws IOException;

  /** So many bytes of a TCP connection went up and down. */
  void carried(long up, long down);

  @Override
  void close() throws IOException;
}
