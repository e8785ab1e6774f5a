package dev.rollcall.problem;

/// The codes that an error answer can carry, each with the HTTP status it travels under.
///
/// Where the CometChat API has a word for it, that word is used: its SDKs act on some of them.
public enum Code {
  AUTH_ERR_EMPTY_APPID(401),
  AUTH_ERR_INVALID_APPID(401),
  AUTH_ERR_EMPTY_APIKEY(401),
  AUTH_ERR_APIKEY_NOT_FOUND(401),
  AUTH_ERR_NO_ACCESS(403),
  AUTH_ERR_EMPTY_AUTH_TOKEN(401),
  AUTH_ERR_AUTH_TOKEN_NOT_FOUND(401),

  ERR_BAD_REQUEST(400),
  ERR_UID_NOT_FOUND(404),
  ERR_UID_ALREADY_EXISTS(409),
  ERR_AUTH_TOKEN_NOT_FOUND(404),
  ERR_AUTHTOKEN_NOT_ACCESSIBLE(403),
  ERR_TOKEN_NOT_FOUND(404),

  TOKEN_MISSING(400),
  TOKEN_NOT_A_STRING(400),
  TOKEN_BLANK(400),
  TOKEN_NULL(400),
  TOKEN_TOO_LONG(400),
  TOKEN_BAD_CHARACTER(400),
  APNS_TOKEN_DESCRIPTION(400),
  APNS_TOKEN_NOT_HEX(400),
  APNS_TOKEN_ODD_LENGTH(400),

  ERR_ROUTE_NOT_FOUND(404),
  ERR_METHOD_NOT_ALLOWED(405),
  ERR_BODY_TOO_LARGE(413),
  ERR_UNSUPPORTED_MEDIA_TYPE(415),
  ERR_TOO_MANY_REQUESTS(429),
  ERR_INTERNAL(500),
  ERR_STORAGE_UNAVAILABLE(503),
  ERR_BUSY(503);

  private final int status;

  Code(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }
}
