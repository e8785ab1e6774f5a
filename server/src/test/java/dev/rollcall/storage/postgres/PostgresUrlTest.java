package dev.rollcall.storage.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The URL of a PostgreSQL database, as people write it.
final class PostgresUrlTest {

  private static PostgresUrl read(String text) {
    return PostgresUrl.read(text).orElseThrow();
  }

  @Test
  void aUrlIsReadIntoItsParts() {
    var url = read("postgresql://rollcall:s3cret@db.example.com:6432/push?sslmode=verify-full");
    assertEquals("db.example.com:6432", url.hosts());
    assertEquals("push", url.name());
    assertEquals("rollcall", url.user());
    assertEquals("s3cret", url.password());
    assertEquals("verify-full", url.parameters().get("sslmode"));
  }

  @Test
  void specialCharactersArePercentEncodedAndAPlusIsAPlus() {
    var url = read("postgres://r%40x:a%2Fb%3Ac%25+@localhost/push%20tokens");
    assertEquals("r@x", url.user());
    assertEquals("a/b:c%+", url.password());
    assertEquals("push tokens", url.name());
    assertTrue(url.jdbc().startsWith("jdbc:postgresql://localhost/push%20tokens?"), url.jdbc());
  }

  @Test
  void thePasswordIsNeitherShownNorInTheUrlOfTheDriver() {
    var url = read("postgresql://rollcall:s3cret@db1:5432,[::1]:5433/push");
    assertEquals("postgresql://rollcall@db1:5432,[::1]:5433/push", url.toString());
    assertFalse(url.jdbc().contains("s3cret"));
  }

  @Test
  void aPasswordMayBeMissing() {
    assertNull(read("postgresql://rollcall@localhost/push").password());
  }

  @Test
  void whatBoundsTheTimeIsSetUnlessTheUrlSaysSo() {
    assertEquals("10", read("postgresql://u@localhost/db").parameters().get("socketTimeout"));
    var url = read("postgresql://u@localhost/db?socketTimeout=3&targetServerType=any");
    assertEquals("3", url.parameters().get("socketTimeout"));
    assertEquals("any", url.parameters().get("targetServerType"));
    assertEquals("3", url.parameters().get("connectTimeout"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://localhost/db",
        "postgresql://u@localhost",
        "postgresql://u@localhost/",
        "postgresql://u@/db",
        "postgresql://u:p@ss@localhost/db",
        "postgresql://u@local host/db",
        "postgresql://u@localhost:port/db",
        "postgresql://u@localhost/db?user=x",
        "postgresql://u@localhost/db?password=x",
        "postgresql://u@localhost/db?ssl",
        "postgresql://u:%4@localhost/db",
        "jdbc:postgresql://u@localhost/db"
      })
  void whatHasAnotherFormIsNone(String text) {
    assertEquals(Optional.empty(), PostgresUrl.read(text));
  }
}
