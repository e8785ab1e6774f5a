package dev.rollcall.provider;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.ProviderType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What providers ask of a database. Each method is one transaction, and lets its caller in.
public interface ProviderStore {

  /// Who speaks of the providers of an app.
  sealed interface Who {
    /// A back end, with the API key.
    record BackEnd(Caller.BackEnd caller) implements Who {}

    /// Whoever can run the program on its data; no key is needed for it.
    record Operator(String appId) implements Who {}
  }

  /// A provider with its credentials as they are kept.
  record Sealed(Provider provider, byte[] credentials) {}

  /// An app, and the provider in it that was asked for, if it is there.
  record Found(App app, Optional<Sealed> provider) {}

  /// What is to be kept of a provider that somebody sets.
  record Wanted(
      String id,
      ProviderType type,
      byte[] credentials,
      JsonObject summary,
      @Nullable Integer perSecond) {}

  /// What somebody who needs a pass has to do.
  sealed interface Claim {
    /// Use this one, which is good until `renewAt`.
    record Use(byte[] secret, Instant issued, Instant renewAt) implements Claim {}

    /// Make one, and keep it: until then, others wait.
    record Make() implements Claim {}

    /// Wait: somebody makes one.
    record Wait() implements Claim {}

    /// Nothing: the provider is gone, or was set anew.
    record Gone() implements Claim {}
  }

  /// A pass of a provider, as it was set with `version`.
  record PassName(long provider, long version, String name) {}

  /// Whether there is anything sealed, of a provider or a webhook of whatever app.
  boolean holdsSecrets();

  Found find(Who who, String id);

  List<Provider> list(Who who);

  /// Sets a provider in place of the one with the version `former`, which is 0 for none. Empty, and
  /// nothing is changed, when somebody else came first.
  Optional<Provider> put(Who who, Wanted wanted, long former, Instant now);

  /// False when there is none.
  boolean delete(Who who, String id);

  List<Provider> ofApp(long app);

  Optional<Sealed> byNo(long no);

  /// Asks for a pass that was not issued at `refused`. Whoever has to make one has until `lease`.
  Claim claim(PassName name, @Nullable Instant refused, Instant now, Instant lease);

  /// Keeps the pass that was made under the claim with this `lease`.
  void keep(PassName name, Instant lease, byte[] secret, Instant issued, Instant renewAt);

  /// Gives the claim with this `lease` back: no pass could be made.
  void release(PassName name, Instant lease);
}
