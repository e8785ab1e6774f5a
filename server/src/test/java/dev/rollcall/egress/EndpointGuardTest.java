package dev.rollcall.egress;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What may be called on behalf of a stranger's browser, and what may not.
final class EndpointGuardTest {
  private static final String PUBLIC = "142.250.74.10";

  private static EndpointGuard.NameResolver names(String... addresses) {
    return host -> Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }

  private static EndpointGuard guard(String... addresses) {
    return new EndpointGuard(Set.of(), Set.of(), names(addresses));
  }

  private static String refusal(EndpointGuard guard, String endpoint) {
    return String.valueOf(
        assertThrows(
                EndpointException.class,
                () -> guard.requirePublic(guard.register(endpoint)),
                endpoint)
            .getMessage());
  }

  @Test
  void anEndpointOfAPublicHostIsTaken() throws EndpointException {
    var endpoint = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAB%2Fx?y=1";
    assertEquals(endpoint, guard(PUBLIC, "2a00:1450:400f::a").register(endpoint).toString());
  }

  @Test
  void onlyHttpsIsCalled() {
    for (var endpoint :
        List.of(
            "http://push.example/x",
            "ftp://push.example/x",
            "file:///etc/passwd",
            "//push.example/x",
            "/x",
            "https:///x",
            "https:x",
            "")) {
      assertTrue(refusal(guard(PUBLIC), endpoint).contains("https://"), endpoint);
    }
  }

  @Test
  void whatIsSentAsItIsWrittenIsTaken() throws EndpointException {
    for (var target : Targets.SENT) {
      var endpoint = "https://push.example" + target;
      assertEquals(endpoint, guard(PUBLIC).register(endpoint).toString());
    }
  }

  @Test
  void whatCouldOnlyBeSentOtherwiseIsRefused() {
    Targets.REFUSED.forEach(
        (target, why) -> {
          var refusal = refusal(guard(PUBLIC), "https://push.example" + target);
          assertTrue(refusal.contains(why), refusal);
        });
    assertEquals(
        "the endpoint holds U+007C as character 23, where a URL must not; percent-encode it",
        refusal(guard(PUBLIC), "https://push.example/a|b"));
    assertEquals(
        "the endpoint holds a '%' without two hex digits after it; write a percent sign as %25",
        refusal(guard(PUBLIC), "https://push.example/100%"));
    assertEquals(
        "the endpoint must not hold a fragment; leave out '#' and the rest",
        refusal(guard(PUBLIC), "https://push.example/#x"));
  }

  @Test
  void aHostThatTlsAndDnsDoNotReadAsOneIsRefused() {
    for (var host : List.of("push_1.example", "ex%61mple.com", "-push.example", "push..example")) {
      assertEquals(
          "the endpoint's host must be an IP address, or a name of letters, digits, '-' and '.'",
          refusal(guard(PUBLIC), "https://" + host + "/x"));
    }
    assertEquals(
        "the endpoint's host must not end with a dot; leave it out",
        refusal(guard(PUBLIC), "https://push.example./x"));
    assertEquals(
        "the endpoint's IPv6 address must not name a zone; leave it out",
        refusal(guard(PUBLIC), "https://[2a00:1450::a%25eth0]/x"));
    assertEquals(
        "the endpoint holds U+00FC as character 10, where a URL must not; write an international"
            + " host name in its ASCII form, which has xn-- in it",
        refusal(guard(PUBLIC), "https://bücher.example/x"));
    assertEquals(
        "the endpoint must not hold a user or password; leave it out",
        refusal(guard(PUBLIC), "https://me@push.example/x"));
    assertTrue(refusal(guard(PUBLIC), "https://" + "a".repeat(64) + ".example/x").contains("63"));
    assertDoesNotThrow(() -> guard(PUBLIC).register("https://xn--bcher-kva.example/x"));
    assertDoesNotThrow(() -> guard(PUBLIC).register("https://[2a00:1450:400f::a]/x"));
  }

  @Test
  void withoutTlsThePortIsEightyWhereNoneIsWritten() {
    var guard = new EndpointGuard(Set.of(), Set.of("http://hook.lan:443"), names("10.0.0.5"));
    assertTrue(refusal(guard, "http://hook.lan/x").contains("https://"));
    var plain = new EndpointGuard(Set.of(), Set.of("http://hook.lan:80"), names("10.0.0.5"));
    assertDoesNotThrow(() -> plain.register("http://hook.lan/x"));
  }

  @Test
  void noUserAndNoPasswordMayStandInIt() {
    for (var user : List.of("me@", "me:pw@", "@", "push.example@")) {
      assertTrue(refusal(guard(PUBLIC), "https://" + user + "10.0.0.1/x").contains("user"), user);
    }
  }

  @Test
  void otherPortsAndFragmentsAreNotCalled() {
    assertTrue(refusal(guard(PUBLIC), "https://push.example:22/").contains("443"));
    assertTrue(refusal(guard(PUBLIC), "https://push.example/#x").contains("fragment"));
    assertDoesNotThrow(() -> guard(PUBLIC).register("https://push.example:443/x"));
  }

  @Test
  void anEndpointMayHaveFourThousandAndNinetySixBytes() throws EndpointException {
    var start = "https://push.example/";
    guard(PUBLIC).register(start + "x".repeat(4096 - start.length()));
    assertTrue(refusal(guard(PUBLIC), start + "x".repeat(4097 - start.length())).contains("4096"));
  }

  @Test
  void noAddressInsideOrReservedIsCalled() {
    for (var address :
        List.of(
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.254",
            "127.0.0.1",
            "127.8.9.10",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.24",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:53aa:64c::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1")) {
      assertFalse(PublicAddress.is(InetAddress.ofLiteral(address)), address);
      assertTrue(refusal(guard(address), "https://push.example/x").contains("public"), address);
    }
  }

  @Test
  void publicAddressesAreCalledUpToTheEdgesOfTheReservedRanges() {
    for (var address :
        List.of(
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "64:ff9b::8efa:4a0a",
            "2001:200::1",
            "2001:db9::1",
            "2003::1",
            "2a00:1450:400f::a")) {
      assertTrue(PublicAddress.is(InetAddress.ofLiteral(address)), address);
    }
  }

  @Test
  void oneInnerAddressAmongPublicOnesIsEnoughToRefuse() {
    assertTrue(refusal(guard(PUBLIC, "10.0.0.1"), "https://push.example/x").contains("public"));
    assertTrue(refusal(guard(PUBLIC, "::1"), "https://push.example/x").contains("public"));
  }

  @Test
  void anAddressInPlaceOfANameIsLookedAtInAllItsSpellings() {
    var real = new EndpointGuard(Set.of(), Set.of(), InetAddress::getAllByName);
    for (var host :
        List.of("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "localhost")) {
      assertTrue(refusal(real, "https://" + host + "/x").contains("public"), host);
    }
    // How browsers and C libraries read a number: never as a public address here.
    for (var host : List.of("2130706433", "127.1", "0x7f000001", "0177.0.0.1")) {
      assertThrows(EndpointException.class, () -> real.register("https://" + host + "/x"), host);
    }
  }

  @Test
  void aHostThatDnsDoesNotKnowIsRefusedJustLikeOneWithAnAddressThatIsNotPublic() {
    EndpointGuard.NameResolver nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    var guard = new EndpointGuard(Set.of(), Set.of(), nobody);
    var inside = new EndpointGuard(Set.of(), Set.of(), names("10.0.0.1"));
    assertEquals(
        refusal(inside, "https://push.example/x"), refusal(guard, "https://push.example/x"));
  }

  @Test
  void anAllowListLetsOnlyItsHostsThrough() {
    var guard =
        new EndpointGuard(Set.of("fcm.googleapis.com", ".push.apple.com"), Set.of(), names(PUBLIC));
    assertDoesNotThrow(() -> guard.register("https://FCM.googleapis.com/fcm/send/x"));
    assertDoesNotThrow(() -> guard.register("https://web.push.apple.com/x"));
    for (var host :
        List.of("push.example", "fcm.googleapis.com.evil.example", "evilpush.apple.com")) {
      assertTrue(refusal(guard, "https://" + host + "/x").contains("this server calls"), host);
    }
  }

  @Test
  void aServiceOfOnesOwnMayBeInsideAtItsPortOnly() {
    var guard = new EndpointGuard(Set.of(), Set.of("ntfy.lan:8443"), names("10.0.0.5"));
    assertDoesNotThrow(() -> guard.register("https://ntfy.lan:8443/x"));
    assertTrue(refusal(guard, "https://ntfy.lan:22/x").contains("443"));
    assertTrue(refusal(guard, "https://ntfy.lan/x").contains("public"));
    assertTrue(refusal(guard, "https://other.lan:8443/x").contains("443"));
  }

  @Test
  void whatIsRegisteredIsNotLookedUp() throws EndpointException {
    EndpointGuard.NameResolver asked =
        host -> {
          throw new AssertionError(host + " was looked up");
        };
    var guard = new EndpointGuard(Set.of(), Set.of("ntfy.lan:8443", "10.0.0.5:443"), asked);
    guard.register("https://push.example/x");
    guard.register("https://142.250.74.10/x");
    guard.register("https://10.0.0.5/x");
    for (var host : List.of("10.0.0.1", "[::1]", "[::ffff:10.0.0.1]")) {
      assertTrue(refusal(guard, "https://" + host + "/x").contains("public"), host);
    }
    assertDoesNotThrow(() -> guard.requirePublic(guard.register("https://ntfy.lan:8443/x")));
  }

  @Test
  void aNameServerThatDoesNotAnswerIsNoVerdictOnTheName() {
    EndpointGuard.NameResolver away =
        host -> {
          throw new NoAnswerException("away");
        };
    var guard = new EndpointGuard(Set.of(), Set.of(), away);
    assertThrows(
        NoAnswerException.class,
        () -> guard.requirePublic(guard.register("https://push.example/x")));
  }

  @Test
  void aRefusalShowsNothingOfOurNetwork() {
    assertFalse(refusal(guard("10.9.8.7"), "https://push.example/x").contains("10.9"));
  }
}
