package org.phonemirror.app.phone;

import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.net.ConnectivityManager;
import android.net.NetworkCapabilities;
import android.net.NetworkInfo;
import android.os.BatteryManager;
import android.os.Build;
import android.os.SystemClock;
import android.provider.Settings;
import android.telephony.TelephonyManager;
import java.time.Clock;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.channel.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Android tells. */
public final class AndroidPhone implements Phone {
  private static final Logger LOG = LoggerFactory.getLogger(AndroidPhone.class);

  private final Context context;
  private final ConnectivityManager connectivity;

  public AndroidPhone(Context context) {
    this.context = context;
    this.connectivity = context.getSystemService(ConnectivityManager.class);
  }

  @Override
  public PhoneClock clock() {
    return new PhoneClock(Clock.systemUTC(), SystemClock::elapsedRealtimeNanos);
  }

  @Override
  public Phone.Network network() {
    android.net.Network network = connectivity.getActiveNetwork();
    NetworkCapabilities can = network == null ? null : connectivity.getNetworkCapabilities(network);
    if (can == null || !can.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET)) {
      return Phone.Network.NONE;
    }
    if (can.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)) {
      return Phone.Network.UNMETERED;
    }
    return isRoaming(network, can) ? Phone.Network.ROAMING : Phone.Network.METERED;
  }

  @SuppressWarnings("deprecation") // there is nothing else before Android 9
  private boolean isRoaming(android.net.Network network, NetworkCapabilities can) {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
      return !can.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_ROAMING);
    }
    NetworkInfo info = connectivity.getNetworkInfo(network);
    return info != null && info.isRoaming();
  }

  @Override
  public Link link() {
    android.net.Network network = connectivity.getActiveNetwork();
    NetworkCapabilities can = network == null ? null : connectivity.getNetworkCapabilities(network);
    if (can == null
        || !can.hasTransport(NetworkCapabilities.TRANSPORT_CELLULAR)
        || can.hasTransport(NetworkCapabilities.TRANSPORT_VPN)) {
      return Link.OTHER; // a VPN's headers leave a small block no room
    }
    return switch (cell(network)) {
      case TelephonyManager.NETWORK_TYPE_UMTS,
          TelephonyManager.NETWORK_TYPE_HSDPA,
          TelephonyManager.NETWORK_TYPE_HSUPA,
          TelephonyManager.NETWORK_TYPE_HSPA,
          TelephonyManager.NETWORK_TYPE_HSPAP ->
          Link.UMTS;
      default -> Link.OTHER;
    };
  }

  /**
   * The kind of cell. Until Android 12 telephony tells it only to those who may read the phone's
   * state, which owners are asked for as if it were for their calls.
   */
  @SuppressWarnings("deprecation") // tells the same, to everybody who may know of networks
  private int cell(android.net.Network network) {
    try {
      if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
        TelephonyManager telephony = context.getSystemService(TelephonyManager.class);
        return telephony == null
            ? TelephonyManager.NETWORK_TYPE_UNKNOWN
            : telephony.getDataNetworkType();
      }
      NetworkInfo info = connectivity.getNetworkInfo(network);
      return info == null ? TelephonyManager.NETWORK_TYPE_UNKNOWN : info.getSubtype();
    } catch (SecurityException e) {
      LOG.debug("the kind of cell is not told: {}", e.getMessage());
      return TelephonyManager.NETWORK_TYPE_UNKNOWN;
    }
  }

  @Override
  public boolean charging() {
    Intent battery =
        context.registerReceiver(null, new IntentFilter(Intent.ACTION_BATTERY_CHANGED));
    return battery != null && battery.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0;
  }

  @Override
  public long boots() {
    return Settings.Global.getInt(context.getContentResolver(), Settings.Global.BOOT_COUNT, 0);
  }
}
