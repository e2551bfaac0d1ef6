package org.phonemirror.client;

import java.io.IOException;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.sync.SyncSettings;

/** Makes the channel when the settings have come or changed. */
@FunctionalInterface
public interface ChannelFactory {
  /** Opens a channel to the settings' server. */
  SyncChannel open(SyncSettings settings) throws IOException;
}
