package dev.rollcall.provider;

import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.ProviderStore.Administrator;
import dev.rollcall.provider.ProviderStore.EncryptedProvider;
import dev.rollcall.provider.ProviderStore.UnsetIds;
import dev.rollcall.provider.ProviderStore.Wanted;
import dev.rollcall.provider.accesstoken.AccessTokenName;
import dev.rollcall.provider.accesstoken.AccessTokenStore.Claim;
import dev.rollcall.provider.accesstoken.SharedAccessToken;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Vendor;
import dev.rollcall.provider.sender.Vendor.StoredCredentials;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Seal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rules for providers, and the open sender of each.
public final class Providers implements AutoCloseable {
  /// How long a sender is used before its provider is read again.
  static final Duration CACHE_TIME = Duration.ofSeconds(1);

  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);
  private static final int TRIES = 5;

  /// A request to set a provider. Fields missing in `credentials` keep their values, and so do
  /// missing `aliases` and a missing `perSecond`; a `perSecond` of 0 means no limit. If `check` is
  /// true, the credentials are tried at the provider.
  public record Setting(
      ProviderType type,
      JsonObject credentials,
      Optional<List<String>> aliases,
      Optional<Integer> perSecond,
      boolean check) {}

  /// A provider with its open sender.
  public record OpenProvider(Provider provider, Sender sender) {}

  private record Open(Provider provider, OpenSender sender, Instant loadedAt) {
    OpenProvider opened() {
      return new OpenProvider(provider, sender);
    }
  }

  private final ProviderStore store;
  private final Seal seal;
  private final Map<ProviderType, Vendor> vendors;
  private final Clock clock;

  private record CachedList(List<Provider> providers, Instant loadedAt) {}

  private final Map<Long, CachedList> listed = new ConcurrentHashMap<>();
  private final Map<Long, Open> open = new ConcurrentHashMap<>();
  private final ReentrantLock loadLock = new ReentrantLock();

  public Providers(ProviderStore store, Seal seal, List<Vendor> vendors, Clock clock) {
    this.store = store;
    this.seal = seal;
    this.vendors = vendors.stream().collect(Collectors.toMap(Vendor::type, Function.identity()));
    this.clock = clock;
  }

  public List<Provider> list(Administrator who) {
    return store.list(who);
  }

  /// The provider ids that push tokens name without effect.
  public UnsetIds unsetIds(Administrator who) {
    return store.unsetIds(who);
  }

  public Provider get(Administrator who, String id) {
    var known = ProviderId.read(id).orElseThrow(Providers::unknown);
    return store
        .find(who, known)
        .provider()
        .map(EncryptedProvider::provider)
        .orElseThrow(Providers::unknown);
  }

  private static Problem unknown() {
    return new Problem(
        Code.ERR_PROVIDER_NOT_FOUND, "No such provider in this app; GET /v1/providers lists them");
  }

  /// Sets a provider. Tries its credentials before it stores anything, and outside a transaction.
  public Provider put(Administrator who, String given, Setting setting) {
    var id =
        ProviderId.read(given)
            .orElseThrow(
                () ->
                    Problem.badField(
                        "id", "The id of a provider must be " + ProviderId.FORM + " and no NUL"));
    for (var tries = 0; tries < TRIES; tries++) {
      var set = tryPut(who, id, setting);
      if (set.isPresent()) {
        evict(set.get().number());
        return set.get();
      }
    }
    throw Problem.later(
        Code.ERR_BUSY, "This provider was changed at the same time; try again", RETRY_DELAY, null);
  }

  /// Empty if the provider was changed concurrently.
  private Optional<Provider> tryPut(Administrator who, String id, Setting setting) {
    var found = store.find(who, id);
    var former = found.provider();
    requireType(former, setting.type());
    var aliases = aliases(who, id, setting, former);
    var kept = read(setting, former);
    var accessToken = new AtomicReference<@Nullable AccessToken>();
    if (setting.check()) {
      check(kept, setting.type(), accessToken);
    }
    var associatedData = associatedData(found.app().number(), id);
    var wanted =
        new Wanted(
            id,
            aliases,
            setting.type(),
            seal.encrypt(kept.secret().text(), associatedData),
            kept.summary(),
            perSecond(setting, former));
    var version = former.map(it -> it.provider().version()).orElse(0L);
    var set = store.put(who, wanted, version, clock.instant());
    set.ifPresent(provider -> storeAccessToken(provider, accessToken.get()));
    return set;
  }

  private static void requireType(Optional<EncryptedProvider> former, ProviderType type) {
    if (former.isPresent() && former.get().provider().type() != type) {
      throw Problem.badField(
          "type",
          "This provider has the type "
              + former.get().provider().type().wireName()
              + ", which cannot change; choose another id, or delete it first");
    }
  }

  private List<String> aliases(
      Administrator who, String id, Setting setting, Optional<EncryptedProvider> former) {
    var kept = former.map(it -> it.provider().aliases()).orElse(List.of());
    var aliases = Aliases.read(id, setting.aliases().orElse(kept));
    // A provider with this id is not another one, even if it was set after `former` was read.
    var others =
        store.list(who).stream()
            .filter(other -> other.type() == setting.type())
            .filter(other -> !ProviderId.normal(other.id()).equals(ProviderId.normal(id)))
            .toList();
    Aliases.requireFree(id, aliases, others);
    return aliases;
  }

  private StoredCredentials read(Setting setting, Optional<EncryptedProvider> former) {
    try {
      return vendor(setting.type())
          .read(setting.credentials(), former.flatMap(this::decryptIfPossible));
    } catch (CredentialException e) {
      throw new Problem(Code.ERR_PROVIDER_CREDENTIALS, String.valueOf(e.getMessage()));
    }
  }

  // Credentials that can no longer be decrypted can still be replaced.
  private Optional<StoredCredentials> decryptIfPossible(EncryptedProvider sealed) {
    try {
      return Optional.of(open(sealed));
    } catch (CredentialException e) {
      return Optional.empty();
    }
  }

  private StoredCredentials open(EncryptedProvider sealed) throws CredentialException {
    var provider = sealed.provider();
    var secret = seal.decrypt(sealed.credentials(), associatedData(provider.app(), provider.id()));
    return new StoredCredentials(
        JsonObject.parse(secret)
            .orElseThrow(() -> new CredentialException("the stored credentials cannot be read")),
        provider.summary());
  }

  private Vendor vendor(ProviderType type) {
    var vendor = vendors.get(type);
    if (vendor == null) {
      throw new IllegalStateException("no vendor is configured for " + type.wireName());
    }
    return vendor;
  }

  /// Keeps the access token that the check obtains, because Apple limits how often a provider token
  /// may be issued.
  private void check(
      StoredCredentials kept,
      ProviderType type,
      AtomicReference<@Nullable AccessToken> accessToken) {
    try {
      var outcome =
          vendor(type)
              .trial(
                  kept,
                  issuer ->
                      refused -> {
                        var issued = issuer.issue(refused);
                        accessToken.set(issued);
                        return issued;
                      });
      outcome.ifPresent(Providers::requireAccepted);
    } catch (CredentialException e) {
      throw new Problem(Code.ERR_PROVIDER_CREDENTIALS, String.valueOf(e.getMessage()));
    }
  }

  private static void requireAccepted(Outcome outcome) {
    switch (outcome) {
      case Denied(var scope, var reason) ->
          throw new Problem(
              Code.ERR_PROVIDER_CREDENTIALS, "The provider refused these credentials: " + reason);
      case Later(var delay, var pause, var pauseFor, var reason) ->
          throw Problem.later(
              Code.ERR_PROVIDER_UNREACHABLE,
              "The credentials could not be tried: "
                  + reason
                  + ". Try again, or store them untried with check=false",
              delay,
              null);
      // The credentials were accepted, whatever the answer says about the message or its token.
      case Outcome.Accepted accepted -> {}
      case Outcome.Gone gone -> {}
      case Outcome.Suspect suspect -> {}
      case Outcome.Refused refused -> {}
    }
  }

  private static @Nullable Integer perSecond(Setting setting, Optional<EncryptedProvider> former) {
    var wanted = setting.perSecond();
    if (wanted.isPresent()) {
      return wanted.get() == 0 ? null : wanted.get();
    }
    return former.map(it -> it.provider().perSecond()).orElse(null);
  }

  private void storeAccessToken(Provider provider, @Nullable AccessToken accessToken) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var lease = now.plus(SharedAccessToken.LEASE);
    var name = accessTokenName(provider);
    if (accessToken != null && store.claim(name, null, now, lease) instanceof Claim.Obtain) {
      var secret = seal.encrypt(accessToken.secret().value(), tokenAssociatedData(provider));
      store.save(name, lease, secret, accessToken.issued(), accessToken.renewAt());
    }
  }

  private static String associatedData(long app, String id) {
    return "provider " + app + " " + id;
  }

  private static String tokenAssociatedData(Provider provider) {
    return "access-token " + provider.app() + " " + provider.id();
  }

  private static AccessTokenName accessTokenName(Provider provider) {
    return new AccessTokenName(provider.number(), provider.version(), provider.type().wireName());
  }

  public void delete(Administrator who, String id) {
    var provider = get(who, id);
    if (!store.delete(who, provider.id())) {
      throw unknown();
    }
    evict(provider.number());
  }

  /// The providers as they are in the database now.
  public List<Provider> ofApp(long app) {
    return store.ofApp(app);
  }

  /// The providers as they were in the database at most one second ago.
  public List<Provider> recentOfApp(long app) {
    var now = clock.instant();
    var known = listed.get(app);
    if (known == null || !now.isBefore(known.loadedAt().plus(CACHE_TIME))) {
      known = new CachedList(store.ofApp(app), now);
      listed.put(app, known);
    }
    return known.providers();
  }

  /// Returns a provider with its sender, which is opened once for each version of the provider.
  /// Empty if there is no such provider. Changes made by other nodes take effect within a second.
  public Optional<OpenProvider> open(long no) {
    var now = clock.instant();
    var known = open.get(no);
    if (known != null && (isFresh(known, now) || !loadLock.tryLock())) {
      return Optional.of(known.opened());
    }
    if (known == null) {
      loadLock.lock();
    }
    try {
      return load(no, now).map(Open::opened);
    } finally {
      loadLock.unlock();
    }
  }

  private static boolean isFresh(Open known, Instant now) {
    return now.isBefore(known.loadedAt().plus(CACHE_TIME));
  }

  private Optional<Open> load(long no, Instant now) {
    var known = open.get(no);
    if (known != null && isFresh(known, now)) {
      return Optional.of(known);
    }
    var sealed = store.byNumber(no);
    if (sealed.isEmpty()) {
      evictUnderLock(no);
      return Optional.empty();
    }
    var provider = sealed.get().provider();
    if (known != null && known.provider().version() == provider.version()) {
      return Optional.of(cache(no, new Open(provider, known.sender(), now)));
    }
    evictUnderLock(no);
    return Optional.of(cache(no, new Open(provider, new OpenSender(newSender(sealed.get())), now)));
  }

  private Open cache(long no, Open opened) {
    open.put(no, opened);
    return opened;
  }

  private Sender newSender(EncryptedProvider sealed) {
    var provider = sealed.provider();
    try {
      return vendor(provider.type())
          .open(
              open(sealed),
              issuer ->
                  new SharedAccessToken(
                      store,
                      accessTokenName(provider),
                      seal,
                      tokenAssociatedData(provider),
                      clock,
                      issuer));
    } catch (CredentialException | Problem e) {
      return new UnusableSender(String.valueOf(e.getMessage()));
    }
  }

  private void evict(long no) {
    listed.clear();
    loadLock.lock();
    try {
      evictUnderLock(no);
    } finally {
      loadLock.unlock();
    }
  }

  private void evictUnderLock(long no) {
    var known = open.remove(no);
    if (known != null) {
      known.sender().close();
    }
  }

  /// Each sender closes when its running sends have ended.
  @Override
  public void close() {
    List.copyOf(open.keySet()).forEach(this::evict);
  }
}
