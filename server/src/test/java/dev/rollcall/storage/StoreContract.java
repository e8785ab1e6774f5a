package dev.rollcall.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.AppStore;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Hash;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.MovableClock;
import dev.rollcall.account.Page;
import dev.rollcall.account.Platform;
import dev.rollcall.account.SessionStore;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.account.User;
import dev.rollcall.account.UserStore;
import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.preference.PreferenceStore;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.ProviderStore;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenStore;
import dev.rollcall.token.TokenStore.Registered;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenValue;
import dev.rollcall.token.Tokens;
import dev.rollcall.webhook.WebhookStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;

/// What the contracts of the stores have in common: an empty database, an app, and words to say
/// what its users do.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreContract {
  public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  public static final Page.Request ALL = new Page.Request(1000, 1);

  private Engine shared;
  protected MovableClock clock;
  protected Database database;
  protected AppStore appStore;
  protected UserStore userStore;
  protected SessionStore sessionStore;
  protected TokenStore tokenStore;
  protected ProviderStore providerStore;
  protected PreferenceStore preferenceStore;
  protected WebhookStore webhookStore;
  protected Accounts accounts;
  protected Tokens tokens;
  protected Tenant app;

  /// A new database, under a name that no other of this class has.
  protected abstract Engine newEngine(String name);

  @BeforeAll
  protected void open() {
    shared = newEngine("shared");
  }

  @AfterAll
  protected void close() {
    shared.close();
  }

  @BeforeEach
  protected void startEmpty() {
    clock = new MovableClock(NOON);
    empty(shared.database());
    use(shared);
  }

  // Emptying takes a few milliseconds, opening another database a hundred.
  public static void empty(Database database) {
    database.write(
        "emptying",
        tx -> {
          for (var table :
              List.of(
                  "delivery",
                  "notification",
                  "suspicion",
                  "apns_environment",
                  "host_pause",
                  "provider_access_token",
                  "provider",
                  "webhook_event",
                  "webhook",
                  "mute",
                  "preference",
                  "push_token",
                  "device_use",
                  "token_event",
                  "session",
                  "app_user",
                  "app_key",
                  "app")) {
            tx.update("DELETE FROM " + table);
          }
          return true;
        });
  }

  protected final void use(Engine engine) {
    useEmpty(engine);
    app = Tenant.create(appStore, "demo", TokenPolicy.EXCLUSIVE);
  }

  protected final void useEmpty(Engine engine) {
    database = engine.database();
    appStore = engine.storage().apps();
    userStore = engine.storage().users();
    sessionStore = engine.storage().sessions();
    tokenStore = engine.storage().tokens();
    providerStore = engine.storage().providers();
    preferenceStore = engine.storage().preferences();
    webhookStore = engine.storage().webhooks();
    accounts = accounts(Optional.empty(), 100);
    tokens = tokens(100, 1_000);
  }

  protected final DeliveryQueue deliveries() {
    return shared.storage().deliveries();
  }

  protected final Accounts accounts(Optional<Duration> sessionTtl, int sessionsPerUser) {
    return new Accounts(
        userStore, sessionStore, new Accounts.Limits(sessionTtl, sessionsPerUser), clock);
  }

  protected final Tokens tokens(int perUser, int perMinute) {
    var registration = new Registration.Limits(Duration.ofSeconds(10), perUser);
    return new Tokens(
        tokenStore,
        new Tokens.Limits(registration, Duration.ofDays(30), Duration.ofDays(270), perMinute, 512),
        endpoint -> {},
        clock);
  }

  public static User.Profile profile(String name) {
    return new User.Profile(name, null, null, "default", null, null, List.of());
  }

  /// Makes the user where it is missing, and logs it in from wherever it said it is.
  protected final Caller.Device login(Tenant tenant, String uid, ClientInfo client) {
    try {
      accounts.createUser(tenant.backEnd(), uid, profile(uid), false);
    } catch (Problem taken) {
      assertEquals(Code.ERR_UID_ALREADY_EXISTS, taken.code());
    }
    return tenant.device(accounts.login(tenant.client(), uid, client).token());
  }

  protected final Caller.Device login(String uid) {
    return login(app, uid, ClientInfo.NONE);
  }

  protected final Caller.Device loginOn(String deviceId, String uid) {
    return login(app, uid, new ClientInfo(Platform.IOS, null, deviceId, null));
  }

  public static NewToken fcm(String raw) {
    return token(Channel.FCM, raw);
  }

  public static NewToken apns(String raw) {
    return token(Channel.APNS, raw);
  }

  public static NewToken voip(String raw) {
    return token(Channel.APNS_VOIP, raw);
  }

  public static NewToken token(Channel channel, String raw) {
    var value =
        channel == Channel.FCM
            ? new TokenValue(channel, raw)
            : TokenValue.read(channel, "token", raw);
    return new NewToken(value, null, null, NewToken.DEFAULT_PROVIDER, null);
  }

  protected final Registered register(Caller.Device device, NewToken... wanted) {
    return tokens.register(new RequestedSession.Own(device), List.of(wanted));
  }

  /// The logout token that a client makes of its auth token.
  public static LogoutToken logoutToken(Caller.Device device) {
    var hash = HexFormat.of().formatHex(Hash.of(device.token().value()));
    return new LogoutToken(
        handle(device) + "_" + HexFormat.of().formatHex(Hash.of("logout:" + hash)));
  }

  /// What anybody can compute as the logout token of a session that has no auth token.
  public static LogoutToken publicLogoutToken(String handle) {
    return new LogoutToken(handle + "_" + HexFormat.of().formatHex(Hash.of("logout:")));
  }

  /// The values that the device's user is listed with, in order.
  protected final List<String> listed(Caller.Device device) {
    return tokens.ofUser(device).stream().map(it -> it.value().text()).sorted().toList();
  }

  /// The values that the back end sees for the user, in order.
  protected final List<String> rolled(String uid) {
    return tokens.userTokens(app.backEnd(), uid).tokens().stream()
        .map(it -> it.token().value().text())
        .sorted()
        .toList();
  }

  /// The lines of the user's history, oldest first.
  protected final List<TokenEvent> history(String uid) {
    return tokens.userTokens(app.backEnd(), uid).history().reversed();
  }

  /// The newest line of the user's history, as `event by: why`.
  protected final String lastLine(String uid) {
    var line = history(uid).getLast();
    return line.kind().wireName() + " by " + line.actor() + ": " + line.reason();
  }

  public static String handle(Caller.Device device) {
    var text = device.token().value();
    return text.substring(0, text.lastIndexOf('_'));
  }

  public static void assertProblem(Code code, Executable request) {
    assertEquals(code, assertThrows(Problem.class, request).code());
  }

  public static void assertListed(List<String> listed, String... values) {
    assertEquals(Arrays.asList(values), listed);
  }

  /// An auth token of the same session with another secret.
  public static Caller.Device forged(Caller.Device device) {
    return new Caller.Device(
        device.appId(), new AuthToken(handle(device) + "_" + "0123456789abcdef".repeat(2)));
  }
}
