package dev.rollcall.storage.rows;

/// The actors that a token's history names, other than sessions.
public final class Actors {
  /// A back end that used the API key.
  public static final String API_KEY = "api-key";

  /// Rollcall itself, by its own rules.
  public static final String ROLLCALL = "rollcall";

  public static final String IMPORT = "import";

  /// A push provider.
  public static final String PROVIDER = "provider";

  /// A user other than the one whose history it is. The history does not say which user.
  public static final String ANOTHER_USER = "another-user";

  private Actors() {}
}
