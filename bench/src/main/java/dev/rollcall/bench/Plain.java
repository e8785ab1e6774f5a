package dev.rollcall.bench;

import dev.rollcall.account.Caller;
import dev.rollcall.http.Capacity;
import dev.rollcall.http.HttpServer;
import dev.rollcall.http.Router;
import dev.rollcall.operate.Metrics;
import dev.rollcall.sdk.ExtensionRoutes;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenStore;
import dev.rollcall.token.TokenValue;
import dev.rollcall.token.Tokens;
import io.helidon.common.tls.Tls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// A limit: the server's own HTTP stack and routes, over a store that keeps nothing. It takes every
/// registration, and shows everybody the tokens of user 0.
final class Plain {
  private final int port;
  private final List<PushToken> tokens;

  Plain(Options options) {
    this.port = options.number("port");
    var corpus = Corpus.of(options);
    this.tokens =
        IntStream.iterate(0, session -> session < corpus.sessions(), s -> s + corpus.users())
            .mapToObj(session -> token(corpus, session))
            .toList();
  }

  private static PushToken token(Corpus corpus, int session) {
    long now = System.currentTimeMillis();
    return new PushToken(
        Corpus.userId(0),
        corpus.sessionId(session),
        new TokenValue(Channel.FCM, corpus.token(session, 0)),
        PushPlatform.FCM_ANDROID,
        NewToken.DEFAULT_PROVIDER,
        null,
        now,
        now);
  }

  void run() throws InterruptedException {
    var limits =
        new Tokens.Limits(
            new Registration.Limits(Duration.ofSeconds(10), 100),
            Duration.ofDays(30),
            Duration.ofDays(270),
            300,
            512);
    var routes =
        new ExtensionRoutes(
            new Tokens(new EmptyTokenStore(), limits, endpoint -> {}, Clock.systemUTC()));
    var listen = new HttpServer.Listen(Optional.of("127.0.0.1"), port, 0);
    var noTls = Tls.builder().enabled(false).build();
    var capacity = Capacity.ofHeap(Runtime.getRuntime().maxMemory());
    try (var http =
        new HttpServer(listen, noTls, capacity, Duration.ofSeconds(100), new Metrics())
            .start(new Router(routes.routes()))) {
      System.out.println("plain handlers on port " + http.httpPort());
      Thread.currentThread().join();
    }
  }

  private final class EmptyTokenStore implements TokenStore {
    @Override
    public Registered register(
        RequestedSession who, List<NewToken> wanted, Registration rules, Instant now) {
      return new Registered(tokens, Optional.empty(), List.of(), List.of());
    }

    @Override
    public List<PushToken> ofSession(Caller.Device caller, Instant since, Instant now) {
      return tokens;
    }

    @Override
    public List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now) {
      return tokens;
    }

    @Override
    public List<Listed> list(
        RequestedSession.Named who, TokenScope reach, Instant since, Instant now) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Listed> delete(RequestedSession who, TokenScope reach, Instant now) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Listed> delete(RequestedSession.Named who, String rawToken, Instant now) {
      throw new UnsupportedOperationException();
    }

    @Override
    public UserTokens userTokens(Caller.BackEnd caller, String uid, Instant since, Instant now) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int deleteUnseen(Instant before, int most, Instant now) {
      return 0;
    }

    @Override
    public int forgetDeviceUses(Instant before, int most) {
      return 0;
    }

    @Override
    public Map<Channel, Long> liveByChannel() {
      return Map.of();
    }
  }
}
