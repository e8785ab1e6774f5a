package dev.rollcall.token;

import dev.rollcall.account.Hash;
import dev.rollcall.account.Session;
import java.util.HexFormat;
import java.util.Optional;

/// A name of a phone, as SHA-256: a device key, or the device id of a user's sessions.
///
/// A name is valid within the tokens of its `owner`: one user, or the whole app if `owner` is 0.
public record DeviceName(long owner, String hash) {
  static Optional<DeviceName> key(Session session, Installation installation) {
    return Optional.ofNullable(installation.keyHash())
        .map(hash -> new DeviceName(session.app().policy().owner(session.userId()), hash));
  }

  static Optional<DeviceName> id(Session session) {
    return Optional.ofNullable(session.deviceId())
        .map(id -> new DeviceName(session.userId(), HexFormat.of().formatHex(Hash.of(id))));
  }
}
