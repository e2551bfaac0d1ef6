package org.phonemirror.app;

import android.app.Application;
import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.net.ConnectivityManager;
import android.net.Network;
import android.net.NetworkCapabilities;
import android.os.Environment;
import android.os.Handler;
import android.os.Looper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.phonemirror.app.capture.CaptureHub;
import org.phonemirror.app.capture.SystemCapture;
import org.phonemirror.app.control.AppControl;
import org.phonemirror.app.control.Runtime;
import org.phonemirror.app.control.SharedContent;
import org.phonemirror.app.control.Shell;
import org.phonemirror.app.phone.AndroidPhone;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.app.provision.InvitationFile;
import org.phonemirror.app.provision.KeyVault;
import org.phonemirror.app.service.AndroidShell;
import org.phonemirror.app.settings.SettingsStore;
import org.phonemirror.app.state.StateKeeper;
import org.phonemirror.app.storage.TreeWatch;
import org.phonemirror.app.sync.Ledger;
import org.phonemirror.app.sync.Rules;
import org.phonemirror.app.sync.SyncEngine;
import org.phonemirror.client.ChannelFactory;

/** The app, put together: its parts, each made once, by hand. */
public final class Parts implements AutoCloseable {
  private final CaptureHub hub;
  private final Runtime runtime;
  private final AppControl control;
  private final SyncEngine engine;
  private final TreeWatch watch;
  private final ScheduledExecutorService worker;
  private final SystemCapture capture;

  /**
   * What differs between a phone and a test.
   *
   * @param vault for the operator's key
   * @param channels to the server
   * @param userStorage what is mirrored
   * @param devices {@code /dev/input}
   * @param sys {@code /sys/class/input}
   */
  public record Surroundings(
      Phone phone,
      Shell shell,
      KeyVault vault,
      ChannelFactory channels,
      Path userStorage,
      Path devices,
      Path sys) {}

  Parts(Application app, Surroundings around) {
    Context context = app;
    Path own = app.getNoBackupFilesDir().toPath();
    File external = app.getExternalFilesDir(null);
    Path besides = external == null ? own.resolve("private") : external.toPath();
    worker = worker();
    Phone phone = around.phone();
    ZoneId zone = ZoneId.systemDefault();
    SettingsStore store =
        new SettingsStore(app.getSharedPreferences("mirror", Context.MODE_PRIVATE));
    hub = new CaptureHub(phone.clock().wall(), zone);
    Rules rules = new Rules(phone);
    Ledger ledger = new Ledger(phone, zone);
    StateKeeper keeper = new StateKeeper(phone.clock().wall(), store, hub, ledger);
    watch = new TreeWatch(around.userStorage().toFile(), worker);
    InvitationFile invitations = new InvitationFile(own.resolve("invitation"), around.vault());
    runtime =
        new Runtime(
            worker, store, invitations, hub, keeper, around.shell(), around.userStorage());
    engine =
        new SyncEngine(
            phone,
            store,
            hub,
            watch,
            around.channels(),
            new SyncEngine.Places(around.userStorage(), besides, own),
            rules,
            ledger,
            runtime);
    runtime.engine(engine);
    capture = new SystemCapture(around.devices(), around.sys(), hub);
    Executor main = new Handler(Looper.getMainLooper())::post;
    control =
        new AppControl(
            runtime,
            keeper,
            main,
            new SharedContent(
                context.getContentResolver(),
                around.userStorage(),
                besides.resolve("shared")));
  }
}
