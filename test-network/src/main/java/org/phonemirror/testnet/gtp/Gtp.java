package org.phonemirror.testnet.gtp;

/** Numbers of GTP version 1 (TS 29.060 §7, TS 29.281). */
public final class Gtp {
  /** UDP port of the control plane. */
  public static final int CONTROL_PORT = 2123;

  /** UDP port of the user plane. */
  public static final int USER_PORT = 2152;

  public static final int ECHO_REQUEST = 1;
  public static final int ECHO_RESPONSE = 2;
  public static final int CREATE_PDP_CONTEXT_REQUEST = 16;
  public static final int CREATE_PDP_CONTEXT_RESPONSE = 17;
  public static final int DELETE_PDP_CONTEXT_REQUEST = 20;
  public static final int DELETE_PDP_CONTEXT_RESPONSE = 21;

  /** The peer knows no such tunnel. */
  public static final int ERROR_INDICATION = 26;

  /** A user's packet. */
  public static final int T_PDU = 255;

  /** Cause values below are refusals (TS 29.060 §7.7.1). */
  public static final int REQUEST_ACCEPTED = 128;

  /** Cause: a context that is not known here. */
  public static final int NON_EXISTENT = 192;

  private Gtp() {}
}
