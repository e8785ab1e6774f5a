package dev.rollcall.storage.rows;

/// Who a line of a token's history names as the one who did it, where that is not a session.
public final class Actors {
  /// A back end, with the API key.
  public static final String API_KEY = "api-key";

  /// This program by itself, as its limits say.
  public static final String ROLLCALL = "rollcall";

  public static final String IMPORT = "import";

  /// A push provider.
  public static final String PROVIDER = "provider";

  /// Another user than the one whose history it is; nobody's history names who else there is.
  public static final String ANOTHER_USER = "another-user";

  private Actors() {}
}
