package dev.rollcall.egress;

import java.util.List;
import java.util.Map;

/// What may follow the host in an endpoint, and what may not, for all tests that send.
public final class Targets {
  /// The two that Helidon's client made a header, and a second request, of.
  public static final String HEADER_INSIDE = "/w/?a=1%0d%0aX-Injected:%20yes";

  public static final String REQUEST_INSIDE =
      "/w/%20HTTP/1.1%0d%0aHost:%20x%0d%0aContent-Length:%200%0d%0a%0d%0aPOST%20/evil2";

  /// What is sent exactly so.
  public static final List<String> SENT =
      List.of(
          "/wpush/v2/gAAAAA",
          "/w/?token=a%2Bb",
          "/w/?token=a%2bb",
          "/w/?token=a+b",
          "/?sig=ab%2Bcd%3D",
          "/?b=2&a=1&b=1",
          HEADER_INSIDE,
          REQUEST_INSIDE,
          "/x%00y",
          "/x%7Cy",
          "/x?",
          "/?",
          "/x?a=b?c",
          "/x??",
          "//",
          "//other.example/x",
          "/a//b",
          "/a/./b/../c",
          "/.",
          "/..",
          "/a;b=c",
          "/a%2fb%2Fc",
          "/%E2%98%83%e2%98%83",
          "/x?a[]=1",
          "/!$&'()*+,;=:@-._~",
          "",
          "?a=b");

  /// What is refused, each with a part of its sentence.
  public static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("/a|b", "U+007C"),
          Map.entry("/a b", "U+0020"),
          Map.entry("/a\r\nX: y", "U+000D"),
          Map.entry("/a\nb", "U+000A"),
          Map.entry("/a\0b", "U+0000"),
          Map.entry("/a\tb", "U+0009"),
          Map.entry("/☃", "U+2603"),
          Map.entry("/x?😀", "U+1F600"),
          Map.entry("/a\"b", "U+0022"),
          Map.entry("/a\\b", "U+005C"),
          Map.entry("/<a>", "U+003C"),
          Map.entry("/{a}", "U+007B"),
          Map.entry("/a^b", "U+005E"),
          Map.entry("/a`b", "U+0060"),
          Map.entry("/a[0]", "U+005B"),
          Map.entry("/100%", "%25"),
          Map.entry("/%zz", "%25"),
          Map.entry("/x#y", "fragment"),
          Map.entry("/#", "fragment"));

  private Targets() {}

  /// As it stands in the request line.
  public static String written(String target) {
    return target.startsWith("/") ? target : "/" + target;
  }
}
