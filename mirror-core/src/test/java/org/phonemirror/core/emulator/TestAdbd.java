package org.phonemirror.core.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/**
 * The Android end of adb (packages/modules/adb/protocol.txt and SHELL_PROTOCOL.TXT of AOSP), as far
 * as {@code adb connect} and {@code adb shell -T} need it: commands run in this machine's shell.
 */
final class TestAdbd implements AutoCloseable {
  private static final int CNXN = 0x4e584e43;
  private static final int OPEN = 0x4e45504f;
  private static final int OKAY = 0x59414b4f;
  private static final int WRTE = 0x45545257;
  private static final int CLSE = 0x45534c43;
  private static final int VERSION = 0x01000000;
  private static final int MAX_DATA = 64 * 1024;

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int EXIT = 3;
  private static final int CLOSE_STDIN = 4;

  private final ServerSocket listener;
  private final Path home;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Commands commands;
  private volatile Optional<Path> forged = Optional.empty();
  private volatile boolean silent;

  /** Tells what to run on this machine for a command of Android's. */
  interface Commands {
    String here(String command) throws InterruptedException;
  }

  /** Listens; commands run in a directory, as they are. */
  TestAdbd(InetAddress address, Path home) throws IOException {
    this(address, 0, home, command -> command);
  }

  /** Listens at a port; commands run in a directory. */
  TestAdbd(InetAddress address, int port, Path home, Commands commands) throws IOException {
    this.listener = new ServerSocket(port, 5, address);
    this.home = home;
    this.commands = commands;
    start(this::accept);
  }

  /** From now on says nothing to who connects. */
  void fallSilent() {
    silent = true;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  String serial() {
    return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
  }

  /** Makes whatever tar is asked for be answered by a file's content. */
  void forge(Path file) {
    forged = Optional.of(file);
  }

  /** Makes it honest again. */
  void mend() {
    forged = Optional.empty();
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (EOFException | SocketException e) {
                // the other end has gone, as it may
              } catch (IOException e) {
                throw new IllegalStateException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "test-adbd");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket socket = listener.accept();
      sockets.add(socket);
      start(() -> new Transport(socket).run());
    }
  }

  private record Message(int command, int arg0, int arg1, byte[] data) {}

  private final class Transport {
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<Integer, Shell> shells = new ConcurrentHashMap<>();
    private final AtomicInteger nextId = new AtomicInteger(1);

    Transport(Socket socket) throws IOException {
      in = new DataInputStream(socket.getInputStream());
      out = new DataOutputStream(socket.getOutputStream());
    }

    void run() throws IOException {
      while (true) {
        Message message = read();
        if (silent) {
          continue;
        }
        switch (message.command) {
          case CNXN -> send(CNXN, VERSION, MAX_DATA, "device::features=shell_v2".getBytes(UTF_8));
          case OPEN -> open(message);
          case OKAY -> withShell(message, shell -> shell.acknowledged.add(true));
          case WRTE -> {
            send(OKAY, message.arg1, message.arg0, new byte[0]);
            withShell(message, shell -> shell.take(message.data));
          }
          case CLSE -> withShell(message, Shell::end);
          default -> throw new IOException("command " + Integer.toHexString(message.command));
        }
      }
    }

    private interface ShellWork {
      void run(Shell shell) throws IOException;
    }

    private void withShell(Message message, ShellWork work) throws IOException {
      Shell shell = shells.get(message.arg1);
      if (shell != null) {
        work.run(shell);
      }
    }

    private void open(Message message) throws IOException {
      String service = new String(message.data, UTF_8).replace("\0", "");
      int colon = service.indexOf(':');
      if (!service.startsWith("shell,v2") || colon < 0) {
        send(CLSE, 0, message.arg0, new byte[0]);
        return;
      }
      String command = service.substring(colon + 1);
      TestAdbd.start(() -> run(command, message.arg0));
    }

    private void run(String command, int remote) throws IOException, InterruptedException {
      String tar = forged.map(f -> "cat '" + f + "'").orElse(command);
      String here = commands.here(command.contains("tar ") ? tar : command);
      int id = nextId.getAndIncrement();
      Shell shell = new Shell(this, id, remote, here);
      shells.put(id, shell);
      send(OKAY, id, remote, new byte[0]);
      shell.start();
    }

    private Message read() throws IOException {
      ByteBuffer header = ByteBuffer.wrap(in.readNBytes(24)).order(ByteOrder.LITTLE_ENDIAN);
      if (header.capacity() < 24) {
        throw new EOFException();
      }
      byte[] data = new byte[header.getInt(12)];
      in.readFully(data);
      return new Message(header.getInt(0), header.getInt(4), header.getInt(8), data);
    }

    synchronized void send(int command, int arg0, int arg1, byte[] data) throws IOException {
      int sum = 0;
      for (byte b : data) {
        sum += b & 0xff;
      }
      ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(command).putInt(arg0).putInt(arg1).putInt(data.length).putInt(sum);
      header.putInt(~command);
      out.write(header.array());
      out.write(data);
      out.flush();
    }
  }

  /** A shell service: packets of a kind, a length and data, in a stream of messages. */
  private final class Shell {
    final BlockingQueue<Boolean> acknowledged = new LinkedBlockingQueue<>();
    private final Transport transport;
    private final int id;
    private final int remote;
    private final Process process;
    private byte[] pending = new byte[0];

    Shell(Transport transport, int id, int remote, String command) throws IOException {
      this.transport = transport;
      this.id = id;
      this.remote = remote;
      this.process = new ProcessBuilder("sh", "-c", command).directory(home.toFile()).start();
    }

    void start() {
      TestAdbd.start(
          () -> {
            Thread errors = new Thread(() -> quietly(process.getErrorStream(), STDERR));
            errors.start();
            forward(process.getInputStream(), STDOUT);
            errors.join();
            packet(EXIT, new byte[] {(byte) process.waitFor()}, 1);
            transport.send(CLSE, id, remote, new byte[0]);
            transport.shells.remove(id);
          });
    }

    private void quietly(InputStream from, int kind) {
      try {
        forward(from, kind);
      } catch (IOException | InterruptedException e) {
        process.destroyForcibly();
      }
    }

    private void forward(InputStream from, int kind) throws IOException, InterruptedException {
      byte[] buffer = new byte[16 * 1024];
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        packet(kind, buffer, n);
      }
    }

    private synchronized void packet(int kind, byte[] data, int length)
        throws IOException, InterruptedException {
      ByteBuffer packet = ByteBuffer.allocate(5 + length).order(ByteOrder.LITTLE_ENDIAN);
      packet.put((byte) kind).putInt(length).put(data, 0, length);
      transport.send(WRTE, id, remote, packet.array());
      acknowledged.take();
    }

    void take(byte[] data) {
      ByteBuffer all = ByteBuffer.allocate(pending.length + data.length);
      all.order(ByteOrder.LITTLE_ENDIAN).put(pending).put(data).flip();
      OutputStream to = process.getOutputStream();
      while (all.remaining() >= 5 && all.remaining() >= 5 + all.getInt(all.position() + 1)) {
        int kind = all.get();
        byte[] content = new byte[all.getInt()];
        all.get(content);
        if (kind == STDIN || kind == CLOSE_STDIN) {
          give(to, content, kind == CLOSE_STDIN);
        }
      }
      pending = new byte[all.remaining()];
      all.get(pending);
    }

    /** A command need not read what it is given: it may have ended already, in an error. */
    private static void give(OutputStream to, byte[] content, boolean last) {
      try {
        to.write(content);
        if (last) {
          to.close();
        } else {
          to.flush();
        }
      } catch (IOException e) {
        Logger.getLogger(TestAdbd.class.getName()).fine("input of an ended command: " + e);
      }
    }

    void end() {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
