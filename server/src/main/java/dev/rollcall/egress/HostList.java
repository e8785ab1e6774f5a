package dev.rollcall.egress;

import java.util.Set;

/// Hosts that the operator listed; `.example.com` stands for all hosts under it.
final class HostList {
  private HostList() {}

  static boolean contains(Set<String> hosts, String host) {
    return hosts.contains(host)
        || hosts.stream().anyMatch(it -> it.startsWith(".") && host.endsWith(it));
  }
}
