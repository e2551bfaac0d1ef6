package android.net;

/** Stands in for Android's, where its MMS codec runs as an oracle. */
public class Uri {}
