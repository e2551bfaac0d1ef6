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
import java.time.Clock;
import org.phonemirror.client.PhoneClock;

/** What Android tells. */
public final class AndroidPhone implements Phone {
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
