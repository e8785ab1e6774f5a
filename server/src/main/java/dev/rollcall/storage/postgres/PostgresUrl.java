package dev.rollcall.storage.postgres;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `postgresql://user:password@host:port,host:port/name?parameter=value`, read into its parts.
///
/// The parameters are those of the driver (jdbc.postgresql.org). The defaults bound the time of each
/// request, and let a node find the primary among the hosts.
public record PostgresUrl(
    String hosts,
    String name,
    String user,
    @Nullable String password,
    Map<String, String> parameters) {
  public static final String FORM =
      "postgresql://user:password@host:port/name, with the user's and the password's special"
          + " characters percent-encoded (@ as %40, / as %2F)";

  private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?";
  private static final Pattern URL =
      Pattern.compile(
          "postgres(?:ql)?://([^:@/?#]+)(?::([^@/?#]*))?@(%1$s(?:,%1$s)*)/([^/?#]+)(?:\\?([^#]*))?"
              .formatted(HOST));

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "targetServerType", "primary",
          "hostRecheckSeconds", "1",
          "connectTimeout", "3",
          "socketTimeout", "10",
          "tcpKeepAlive", "true",
          "ApplicationName", "rollcall");

  /// Empty if the text has another form, or if a parameter is a user or a password.
  public static Optional<PostgresUrl> read(String text) {
    var url = URL.matcher(text);
    if (!url.matches()) {
      return Optional.empty();
    }
    try {
      var parameters = new LinkedHashMap<>(DEFAULTS);
      var query = url.group(5);
      if (query != null && !query.isEmpty()) {
        for (var parameter : query.split("&")) {
          var parts = parameter.split("=", 2);
          if (parts.length < 2 || parts[0].equals("user") || parts[0].equals("password")) {
            return Optional.empty();
          }
          parameters.put(decoded(parts[0]), decoded(parts[1]));
        }
      }
      var password = url.group(2);
      return Optional.of(
          new PostgresUrl(
              url.group(3),
              decoded(url.group(4)),
              decoded(url.group(1)),
              password == null ? null : decoded(password),
              Map.copyOf(parameters)));
    } catch (IllegalArgumentException notEncoded) {
      return Optional.empty();
    }
  }

  // A plus sign stays a plus sign. In a form it would be a space.
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// The URL for the driver, without user and password.
  public String jdbc() {
    var query =
        parameters.entrySet().stream()
            .map(it -> encoded(it.getKey()) + "=" + encoded(it.getValue()))
            .sorted()
            .collect(Collectors.joining("&"));
    return "jdbc:postgresql://" + hosts + "/" + encoded(name) + "?" + query;
  }

  /// The address without the password.
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + hosts + "/" + name;
  }
}
