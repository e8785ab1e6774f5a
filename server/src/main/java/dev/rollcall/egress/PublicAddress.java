package dev.rollcall.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The check whether an address is public, that is, in none of the special-purpose ranges of RFC
/// 6890 and of the IANA registries that follow it.
final class PublicAddress {
  private record Range(byte[] start, int bits) {
    static Range of(String cidr) {
      var slash = cidr.indexOf('/');
      return new Range(
          InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress(),
          Integer.parseInt(cidr.substring(slash + 1)));
    }

    boolean holds(byte[] address) {
      if (address.length != start.length) {
        return false;
      }
      for (var bit = 0; bit < bits; bit += 8) {
        var mask = 0xff << Math.max(0, 8 - (bits - bit)) & 0xff;
        if (((address[bit / 8] ^ start[bit / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Range> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              // Special ranges inside the global IPv6 range: IETF protocols (with Teredo, which
              // embeds an IPv4 address), documentation, and 6to4, which embeds one too.
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20")
          .map(Range::of)
          .toList();

  private static final Range GLOBAL_IPV6 = Range.of("2000::/3");

  /// In a network without IPv4, DNS returns IPv4 addresses in this form.
  private static final Range NAT64 = Range.of("64:ff9b::/96");

  private PublicAddress() {}

  static boolean is(InetAddress address) {
    var bytes = address.getAddress();
    if (NAT64.holds(bytes)) {
      return is(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
    }
    return (address instanceof Inet4Address || GLOBAL_IPV6.holds(bytes))
        && NOT_PUBLIC.stream().noneMatch(range -> range.holds(bytes));
  }

  private static InetAddress ipv4(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
