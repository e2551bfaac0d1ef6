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
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.ZoneId;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.phonemirror.app.capture.CaptureHub;
import org.phonemirror.app.capture.SystemCapture;
import org.phonemirror.app.control.AppControl;
import org.phonemirror.app.control.EngineRunner;
import org.phonemirror.app.control.SharedContent;
import org.phonemirror.app.control.Shell;
import org.phonemirror.app.phone.AndroidPhone;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.app.provision.AndroidKeyVault;
import org.phonemirror.app.provision.InvitationFile;
import org.phonemirror.app.provision.KeyVault;
import org.phonemirror.app.service.AndroidShell;
import org.phonemirror.app.settings.SettingsStore;
import org.phonemirror.app.state.NoticeWords;
import org.phonemirror.app.state.StateKeeper;
import org.phonemirror.app.storage.TreeWatch;
import org.phonemirror.app.sync.Ledger;
import org.phonemirror.app.sync.LedgerFile;
import org.phonemirror.app.sync.Rules;
import org.phonemirror.app.sync.SyncEngine;
import org.phonemirror.client.ChannelFactory;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;

/** The app, put together: its parts, each made once, by hand. */
public final class Parts implements AutoCloseable {
  private final CaptureHub hub;
  private final EngineRunner runner;
  private final AppControl control;
  private final SyncEngine engine;
  private final TreeWatch watch;
  private final ScheduledExecutorService worker;
  private final SystemCapture capture;
  private final Phone phone;

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
    phone = around.phone();
    ZoneId zone = ZoneId.systemDefault();
    SettingsStore store =
        new SettingsStore(app.getSharedPreferences("mirror", Context.MODE_PRIVATE));
    hub = new CaptureHub(phone.clock().wall(), zone);
    Rules rules = new Rules(phone);
    Ledger ledger = new Ledger(phone, zone, new LedgerFile(own.resolve("ledger")));
    NoticeWords words = new NoticeWords(context);
    StateKeeper keeper = new StateKeeper(phone.clock().wall(), store, hub, ledger, words::of);
    watch = new TreeWatch(around.userStorage().toFile(), worker);
    InvitationFile invitations = new InvitationFile(own.resolve("invitation"), around.vault());
    capture = new SystemCapture(around.devices(), around.sys(), hub);
    runner =
        new EngineRunner(
            worker, store, invitations, hub, keeper, around.shell(), capture, around.userStorage());
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
            runner);
    runner.engine(engine);
    Executor main = new Handler(Looper.getMainLooper())::post;
    control =
        new AppControl(
            runner,
            keeper,
            main,
            new SharedContent(
                context.getContentResolver(), around.userStorage(), besides.resolve("shared")));
  }

  /** Those of a phone. */
  static Surroundings ofPhone(Application app) {
    Phone phone = new AndroidPhone(app);
    return new Surroundings(
        phone,
        new AndroidShell(app),
        new AndroidKeyVault(),
        settings ->
            new CoapChannel(
                settings, CoapTiming.DEFAULT, new BlockRule(phone, phone.clock().nanoTime())),
        Environment.getExternalStorageDirectory().toPath(),
        Paths.get("/dev/input"),
        Paths.get("/sys/class/input"));
  }

  private static ScheduledExecutorService worker() {
    ScheduledThreadPoolExecutor worker =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "app");
              thread.setDaemon(true);
              return thread;
            });
    worker.setRemoveOnCancelPolicy(true);
    worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    return worker;
  }

  /** Tells the runner when the charger or the network changes, as long as the process lives. */
  void listen(Application app) {
    IntentFilter power = new IntentFilter(Intent.ACTION_POWER_CONNECTED);
    power.addAction(Intent.ACTION_POWER_DISCONNECTED);
    app.registerReceiver(
        new BroadcastReceiver() {
          @Override
          public void onReceive(Context context, Intent intent) {
            runner.conditionsChanged();
          }
        },
        power);
    app.getSystemService(ConnectivityManager.class)
        .registerDefaultNetworkCallback(
            new ConnectivityManager.NetworkCallback() {
              @Override
              public void onCapabilitiesChanged(Network network, NetworkCapabilities can) {
                runner.networkIs(phone.network());
              }

              @Override
              public void onLost(Network network) {
                runner.networkIs(phone.network());
              }
            });
  }

  /** What passes the owner's input on. */
  public CaptureHub hub() {
    return hub;
  }

  /** What runs the engine. */
  public EngineRunner runner() {
    return runner;
  }

  /** What the screens know and do. */
  AppControl control() {
    return control;
  }

  /** Ends as the process does, which is what tests need; Android just ends the process. */
  @Override
  public void close() throws Exception {
    capture.close();
    watch.close();
    Future<?> closed =
        worker.submit(
            () -> {
              engine.close();
              return null;
            });
    closed.get(20, TimeUnit.SECONDS);
    worker.shutdownNow();
  }
}
