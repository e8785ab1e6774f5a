package dev.rollcall.token;

import dev.rollcall.account.Hash;
import dev.rollcall.account.Session;
import java.util.HexFormat;
import java.util.Optional;

/// A name of a phone, as SHA-256: a device key, or the device id of a user's sessions.
///
/// `owner` says among whose tokens it names a phone: those of one user, or with 0 those of the whole
/// app.
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
