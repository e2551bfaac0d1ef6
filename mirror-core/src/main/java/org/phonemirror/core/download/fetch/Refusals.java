package org.phonemirror.core.download.fetch;

/** What status codes other than those of success mean (RFC 9110 §15). */
final class Refusals {
  private Refusals() {}

  static FetchException of(int status) {
    return switch (status) {
      case 404 ->
          FetchException.permanent(
              Reason.NOT_FOUND, "the server has no such file (404); check the URL");
      case 410 ->
          FetchException.permanent(
              Reason.GONE, "the server does not have the file any more (410); take another URL");
      case 401, 407 ->
          FetchException.permanent(
              Reason.REFUSED,
              "the server asks for a password ("
                  + status
                  + "), which the mirror server does not have; fetch it by the phone");
      case 403, 451 ->
          FetchException.permanent(
              Reason.REFUSED,
              "the server does not give the file to everybody ("
                  + status
                  + "); fetch it by the phone");
      case 408, 425, 429 ->
          FetchException.temporary(
              Reason.UNREACHABLE, "the server is busy (" + status + "); try again later");
      default ->
          status >= 500
              ? FetchException.temporary(
                  Reason.UNREACHABLE, "the server is in trouble (" + status + "); try again later")
              : FetchException.permanent(
                  Reason.REFUSED,
                  "the server answered by " + status + " instead of the file; check the URL");
    };
  }
}
