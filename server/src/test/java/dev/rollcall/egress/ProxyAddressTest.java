package dev.rollcall.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The text of the setting for the outward proxy.
final class ProxyAddressTest {
  private static String mistake(String text) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> ProxyAddress.parse(text)).getMessage());
  }

  @Test
  void aProxyIsAHostAndAPort() {
    var bare = new ProxyAddress("proxy.corp.example", 3128, Optional.empty());
    assertEquals(bare, ProxyAddress.parse("http://proxy.corp.example:3128"));
    assertEquals(bare, ProxyAddress.parse("HTTP://Proxy.Corp.Example:3128/"));
    assertEquals("::1", ProxyAddress.parse("http://[::1]:8080").host());
    assertEquals("http://[::1]:8080", ProxyAddress.parse("http://[::1]:8080").toString());
  }

  @ParameterizedTest
  @CsvSource({
    "kim:secret, kim, secret",
    "kim, kim, ''",
    "kim:, kim, ''",
    "DOM%5Ckim:p%40ss%3Aword%2F%25, DOM\\kim, p@ss:word/%",
    "kim:a+b:c, kim, a+b:c",
    "k%C3%BC:%E2%82%AC, kü, €"
  })
  void userAndPasswordArePercentDecoded(String text, String user, String password) {
    var login = ProxyAddress.parse("http://" + text + "@proxy:1").login().orElseThrow();
    assertEquals(user, login.user());
    assertEquals(password, login.password().value());
  }

  @Test
  void theHeaderIsThatOfRfc7617() {
    var login = ProxyAddress.parse("http://Aladdin:open%20sesame@proxy:1").login().orElseThrow();
    assertEquals("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", login.header());
  }

  @Test
  void thePasswordIsNotPrinted() {
    var address = ProxyAddress.parse("http://kim:hunter2@proxy:3128");
    assertEquals("http://proxy:3128", address.toString());
    assertFalse(address.login().toString().contains("hunter2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy:3128",
        "proxy",
        "http://proxy",
        "http://",
        "http:proxy:3128",
        "http://proxy:3128/path",
        "http://proxy:port",
        "http://a b:3128",
        "ftp://proxy:3128",
        "http://kim:hunter2@:3128"
      })
  void anythingElseIsToldTheForm(String text) {
    assertEquals("must be http://host:port or http://user:password@host:port", mistake(text));
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    assertTrue(mistake("https://proxy:3128").contains("TLS"));
    assertTrue(mistake("socks5://proxy:1080").contains("SOCKS"));
    assertTrue(mistake("SOCKS5H://proxy:1080").contains("SOCKS"));
    assertTrue(mistake("http://proxy:0").contains("from 1 to 65535"));
    assertTrue(mistake("http://proxy:65536").contains("from 1 to 65535"));
    assertTrue(mistake("http://a%3Ab:hunter2@proxy:1").contains("without ':'"));
    assertTrue(mistake("http://:hunter2@proxy:1").contains("user"));
    assertTrue(mistake("http://kim:a%0d%0ab@proxy:1").contains("control character"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunt@er2", "hunt/er2", "hunt#er2", "hunt%er2", "hunt er2", "hünter2"})
  void aPasswordThatIsNotEncodedIsToldHow(String password) {
    var mistake = mistake("http://kim:" + password + "@proxy:3128");
    assertTrue(mistake.contains("@ is %40"), mistake);
    assertFalse(mistake.contains("er2"), mistake);
  }
}
