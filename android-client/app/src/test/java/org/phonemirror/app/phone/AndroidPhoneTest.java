package org.phonemirror.app.phone;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.Application;
import android.net.ConnectivityManager;
import android.net.NetworkCapabilities;
import android.net.NetworkInfo;
import android.os.Build;
import android.telephony.TelephonyManager;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.client.channel.Link;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowConnectivityManager;
import org.robolectric.shadows.ShadowNetworkCapabilities;
import org.robolectric.shadows.ShadowNetworkInfo;
import org.robolectric.shadows.ShadowTelephonyManager;
import org.robolectric.util.ReflectionHelpers;

@RunWith(RobolectricTestRunner.class)
@Config(application = Application.class)
public class AndroidPhoneTest {
  private final Application app = RuntimeEnvironment.getApplication();
  private final ConnectivityManager manager = app.getSystemService(ConnectivityManager.class);
  private final ShadowConnectivityManager connectivity = Shadows.shadowOf(manager);
  private final ShadowTelephonyManager telephony =
      Shadows.shadowOf(app.getSystemService(TelephonyManager.class));
  private final AndroidPhone phone = new AndroidPhone(app);

  private void over(int... transports) {
    NetworkCapabilities can = ShadowNetworkCapabilities.newInstance();
    for (int transport : transports) {
      Shadows.shadowOf(can).addTransportType(transport);
    }
    connectivity.setNetworkCapabilities(manager.getActiveNetwork(), can);
  }

  @Test
  public void theLinkIsOfTheCellThatIsUsedNow() {
    over(NetworkCapabilities.TRANSPORT_CELLULAR);
    telephony.setDataNetworkType(TelephonyManager.NETWORK_TYPE_HSPAP);
    assertThat(phone.link()).isEqualTo(Link.UMTS);
    telephony.setDataNetworkType(TelephonyManager.NETWORK_TYPE_LTE);
    assertThat(phone.link()).isEqualTo(Link.OTHER);
    telephony.setDataNetworkType(TelephonyManager.NETWORK_TYPE_EDGE);
    assertThat(phone.link()).isEqualTo(Link.OTHER);
    telephony.setDataNetworkType(TelephonyManager.NETWORK_TYPE_UMTS);
    assertThat(phone.link()).isEqualTo(Link.UMTS);
  }

  @Test
  public void aPhoneInAUmtsCellMayUseAnotherNetworkOrAVpn() {
    telephony.setDataNetworkType(TelephonyManager.NETWORK_TYPE_UMTS);
    over(NetworkCapabilities.TRANSPORT_WIFI);
    assertThat(phone.link()).isEqualTo(Link.OTHER);
    over(NetworkCapabilities.TRANSPORT_CELLULAR, NetworkCapabilities.TRANSPORT_VPN);
    assertThat(phone.link()).isEqualTo(Link.OTHER);
    connectivity.setActiveNetworkInfo(null);
    assertThat(phone.link()).isEqualTo(Link.OTHER);
  }

  @Test
  public void withoutThePermissionTheLinkIsNotKnown() {
    over(NetworkCapabilities.TRANSPORT_CELLULAR);
    telephony.setDataNetworkType(TelephonyManager.NETWORK_TYPE_UMTS);
    telephony.setReadPhoneStatePermission(false);
    assertThat(phone.link()).isEqualTo(Link.OTHER);
  }

  @Test
  @SuppressWarnings("deprecation") // as the code under test
  public void untilAndroid12TheNetworkTellsItself() {
    telephony.setReadPhoneStatePermission(false);
    NetworkInfo umts =
        ShadowNetworkInfo.newInstance(
            NetworkInfo.DetailedState.CONNECTED,
            ConnectivityManager.TYPE_MOBILE,
            TelephonyManager.NETWORK_TYPE_HSDPA,
            true,
            NetworkInfo.State.CONNECTED);
    connectivity.setActiveNetworkInfo(umts);
    over(NetworkCapabilities.TRANSPORT_CELLULAR);
    int newest = Build.VERSION.SDK_INT;
    ReflectionHelpers.setStaticField(Build.VERSION.class, "SDK_INT", Build.VERSION_CODES.O);
    try {
      assertThat(phone.link()).isEqualTo(Link.UMTS);
    } finally {
      ReflectionHelpers.setStaticField(Build.VERSION.class, "SDK_INT", newest);
    }
  }
}
