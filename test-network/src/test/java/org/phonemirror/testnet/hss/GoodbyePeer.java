package org.phonemirror.testnet.hss;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.DisconnectCause;
import org.jdiameter.api.Message;
import org.jdiameter.client.api.IMessage;
import org.jdiameter.client.impl.parser.MessageParser;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;

/** An HSS that takes a connection only to say that it does not want to talk (RFC 6733 §5.4.3). */
final class GoodbyePeer {
  private final MessageParser parser = new MessageParser();

  void greetAndLeave(InetSocketAddress address) throws Exception {
    try (ServerSocket listener =
            new ServerSocket(address.getPort(), 1, InetAddress.getByName(address.getHostString()));
        Socket socket = listener.accept()) {
      socket.setSoTimeout(20_000);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      IMessage hello = parser.createMessage(ByteBuffer.wrap(read(in)));
      IMessage welcome = parser.createEmptyMessage(Message.CAPABILITIES_EXCHANGE_ANSWER, 0);
      welcome.setRequest(false);
      welcome.setHopByHopIdentifier(hello.getHopByHopIdentifier());
      welcome.setEndToEndIdentifier(hello.getEndToEndIdentifier());
      identify(welcome);
      Result.SUCCESS.addTo(welcome.getAvps());
      Avps.add(welcome.getAvps(), Avp.VENDOR_ID, Avps.BASE, Avps.VENDOR_3GPP);
      var application =
          Avps.addGroup(welcome.getAvps(), Avp.VENDOR_SPECIFIC_APPLICATION_ID, Avps.BASE);
      Avps.add(application, Avp.VENDOR_ID, Avps.BASE, Avps.VENDOR_3GPP);
      Avps.add(application, Avp.AUTH_APPLICATION_ID, Avps.BASE, Sh.APPLICATION.getAuthAppId());
      write(socket, welcome);
      IMessage goodbye = parser.createEmptyMessage(Message.DISCONNECT_PEER_REQUEST, 0);
      goodbye.setRequest(true);
      goodbye.setHopByHopIdentifier(1);
      identify(goodbye);
      Avps.add(
          goodbye.getAvps(),
          Avp.DISCONNECT_CAUSE,
          Avps.BASE,
          DisconnectCause.DO_NOT_WANT_TO_TALK_TO_YOU);
      write(socket, goodbye);
      read(in);
    }
  }

  private static void identify(IMessage message) {
    Avps.add(message.getAvps(), Avp.ORIGIN_HOST, Avps.BASE, "hss.ims.test");
    Avps.add(message.getAvps(), Avp.ORIGIN_REALM, Avps.BASE, "ims.test");
  }

  private void write(Socket socket, IMessage message) throws Exception {
    socket.getOutputStream().write(parser.encodeMessage(message).array());
  }

  private static byte[] read(DataInputStream in) throws IOException {
    int head = in.readInt();
    byte[] message = new byte[head & 0xffffff];
    ByteBuffer.wrap(message).putInt(head);
    in.readFully(message, Integer.BYTES, message.length - Integer.BYTES);
    return message;
  }
}
