package dev.rollcall.provider.webpush;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VapidTest {
  @Test
  void keysThatWereMadeCanBeReadAgain() throws CredentialException {
    // Now and then a number begins with zeros: enough pairs that some do.
    for (var i = 0; i < 300; i++) {
      var made = VapidKeys.generate();
      var read = VapidKeys.read(made.publicKey(), made.privateKey());
      assertEquals(made.publicKey(), read.publicKey());
      assertEquals(made.privateKey(), read.privateKey());
      assertEquals(87, made.publicKey().length());
      assertEquals(43, made.privateKey().value().length());
    }
  }

  @Test
  void keysOfOtherToolsAreRead() throws CredentialException {
    // The example of RFC 8292.
    var publicKey =
        "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
    assertThrows(
        CredentialException.class,
        () -> VapidKeys.read(publicKey, VapidKeys.generate().privateKey()));
  }

  @Test
  void whatIsNoPairIsRefused() {
    var one = VapidKeys.generate();
    var other = VapidKeys.generate();
    refuse(one.publicKey(), other.privateKey());
    refuse(one.publicKey(), new Secret(""));
    refuse(one.publicKey(), new Secret("****"));
    refuse("", one.privateKey());
    refuse("B" + "A".repeat(86), one.privateKey());
    refuse(one.privateKey().value(), one.privateKey());
  }

  private static void refuse(String publicKey, Secret privateKey) {
    assertThrows(CredentialException.class, () -> VapidKeys.read(publicKey, privateKey));
  }

  @Test
  void aSubjectIsSomebodyWhoCanBeReached() {
    var keys = VapidKeys.generate();
    for (var subject :
        List.of(
            "mailto:ops@example.com",
            "mailto:a.b+push@mail.example.org",
            "https://example.com/x")) {
      assertDoesNotThrow(() -> VapidCredentials.of(keys, subject), subject);
    }
    for (var subject :
        List.of(
            "",
            "ops@example.com",
            "mailto:ops",
            "mailto:ops@localhost",
            "mailto:ops@printer.local",
            "mailto:o\"ps@example.com",
            "http://example.com",
            "https://localhost",
            "https://127.0.0.1",
            "https://")) {
      assertThrows(CredentialException.class, () -> VapidCredentials.of(keys, subject), subject);
    }
  }

  @Test
  void keysDoNotPrintThemselves() throws CredentialException {
    var keys = VapidKeys.generate();
    var printed = VapidCredentials.of(keys, "mailto:ops@example.com").toString();
    assertFalse(printed.contains(keys.privateKey().value()));
    assertFalse((keys + "" + keys.privateKey()).contains(keys.privateKey().value()));
  }
}
