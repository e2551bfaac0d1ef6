package org.phonemirror.app.ui;

import android.Manifest;
import android.app.Activity;
import android.app.AppOpsManager;
import android.content.ActivityNotFoundException;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.os.Build;
import android.os.Process;
import android.provider.Settings;

/**
 * Whether the app may read and write the owner's files. Until Android 10 that is a permission, and
 * from 11 on a switch in the phone's settings.
 */
final class FilesAccess {
  /** {@code AppOpsManager.OPSTR_MANAGE_EXTERNAL_STORAGE}, which is hidden. */
  private static final String MANAGE = "android:manage_external_storage";

  private static final int REQUEST = 2;

  private FilesAccess() {}

  static boolean isGranted(Context context) {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) {
      return has(context, Manifest.permission.WRITE_EXTERNAL_STORAGE);
    }
    AppOpsManager operations = context.getSystemService(AppOpsManager.class);
    int mode = mode(operations, context.getPackageName());
    return mode == AppOpsManager.MODE_ALLOWED
        || (mode == AppOpsManager.MODE_DEFAULT
            && has(context, Manifest.permission.MANAGE_EXTERNAL_STORAGE));
  }

  @SuppressWarnings("deprecation") // what took its place came with API level 29
  private static int mode(AppOpsManager operations, String app) {
    return operations.checkOpNoThrow(MANAGE, Process.myUid(), app);
  }

  private static boolean has(Context context, String permission) {
    return context.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED;
  }

  /** Lets the owner decide; the screen comes back afterwards. */
  static void ask(Activity screen) {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) {
      screen.requestPermissions(
          new String[] {
            Manifest.permission.READ_EXTERNAL_STORAGE, Manifest.permission.WRITE_EXTERNAL_STORAGE
          },
          REQUEST);
      return;
    }
    try {
      screen.startActivity(
          new Intent(
              Settings.ACTION_MANAGE_APP_ALL_FILES_ACCESS_PERMISSION,
              Uri.fromParts("package", screen.getPackageName(), null)));
    } catch (ActivityNotFoundException e) {
      // phones without that page have one for all apps
      screen.startActivity(new Intent(Settings.ACTION_APPLICATION_SETTINGS));
    }
  }
}
