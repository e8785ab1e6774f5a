package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// No log line, metric label or error holds more than 8 characters of a push token or any part of a
/// key or auth token, whatever was sent and wherever it stood.
final class SecrecyTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  // No part of these occurs by chance.
  private static final String TOKEN = "QwZxKvJyQhXqWzVkYjQxHwKzXvYqJkWhZqVxKjYw";
  private static final String APNS = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
  private static final String SECRET = "vKqXzWjYhQxVwKzJqYxWkHzVjQxYwKqZ";

  private final LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger root = logs.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = logs.getLogger("dev.rollcall");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void listen() {
    ours.setLevel(Level.TRACE);
    events.start();
    root.addAppender(events);
  }

  @AfterEach
  void stopListening() {
    root.detachAppender(events);
    ours.setLevel(null);
  }

  @Test
  void nothingIsToldOfTokensKeysAndAuthTokens() throws IOException {
    var device = server.someone();
    useTokens(device);
    sendTokensThatAreRefused(device);
    sendSecretsAsCredentials(device);
    sendThemWhereTheyDoNotBelong(device);
    sendThemInBrokenHttp(device);
    setProvidersWithThem();
    said.add(server.call("GET", "/metrics").send().body());
    device.logout();
    server.server().sweeper().sweep();
    events.list.forEach(event -> said.add(text(event)));

    var authToken = device.authToken();
    var key = server.app().apiKey();
    assertTrue(said.size() > 50);
    for (var text : said) {
      holdsNoPartOf(text, TOKEN, 9);
      holdsNoPartOf(text, TOKEN.toLowerCase(Locale.ROOT), 9);
      holdsNoPartOf(text, APNS, 9);
      holdsNoPartOf(text, SECRET, 6);
      // These are hexadecimal, of which six digits may well occur by chance.
      holdsNoPartOf(text, authToken.substring(authToken.lastIndexOf('_') + 1), 9);
      holdsNoPartOf(text, key, 9);
      holdsNoPartOf(text, server.app().authKey(), 9);
    }
  }

  private static String text(ILoggingEvent event) {
    return event.getFormattedMessage()
        + event.getKeyValuePairs()
        + event.getMDCPropertyMap()
        + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  private static void holdsNoPartOf(String text, String secret, int length) {
    for (int i = 0; i + length <= secret.length(); i++) {
      assertFalse(text.contains(secret.substring(i, i + length)), text);
    }
  }

  private void refused(Answer answer) {
    assertTrue(answer.status() >= 400, answer.toString());
    said.add(answer.body() + answer.headers());
  }

  private static void useTokens(Device device) {
    device.register("{'fcmToken':'%s','apnsToken':'%s'}".formatted(TOKEN, APNS)).data();
    device.register("{'fcmToken':'%s2','voipToken':'%s'}".formatted(TOKEN, APNS)).data();
    server.someone().register("{'fcmToken':'%s2'}".formatted(TOKEN)).data();
    device
        .call("POST", "/notifications/push/v1/tokens")
        .json("{'platform':'fcm_web','fcmToken':'%s'}".formatted(TOKEN))
        .send()
        .data();
    server
        .call("DELETE", "/notifications/push/v1/tokens/" + TOKEN)
        .backEnd(server.app())
        .json("{'authToken':'%s'}".formatted(device.authToken()))
        .send()
        .data();
    device.delete("{'all':true}").data();
  }

  private void sendTokensThatAreRefused(Device device) {
    for (var field : List.of("fcmToken", "apnsToken", "voipToken")) {
      for (var value :
          List.of(
              "'" + TOKEN + " " + TOKEN + "'",
              "'" + APNS + "z'",
              "'" + APNS.repeat(200) + "a'",
              "'{length = 32, bytes = 0x" + APNS + "}'",
              "'" + TOKEN + "\\u0000'",
              "'" + TOKEN + "\\ud800'",
              "{'" + TOKEN + "':'" + TOKEN + "'}",
              "['" + TOKEN + "']")) {
        var answer = device.register("{'%s':%s}".formatted(field, value));
        if (answer.status() != 200) {
          refused(answer);
        }
      }
    }
    for (var body :
        List.of(
            "{'fcmToken':'%s",
            "{'fcmToken':%s}",
            "{'fcmToken':'%s','fcmToken':'x'}",
            "{'fcmToken':'x'}%s",
            "%s",
            "'%s'",
            "{'%1$s':1,'%1$s':2}",
            "{'fcmToken':'x','n':1e99999999999,'a':'%s'}",
            "{'fcmToken':'\\x%s'}")) {
      refused(device.register(body.formatted(TOKEN)));
    }
  }

  private void sendSecretsAsCredentials(Device device) {
    var app = server.app();
    for (var secret :
        List.of(SECRET, device.handle() + "_" + SECRET, device.authToken() + "0", TOKEN)) {
      refused(new Device(server, app, secret).call("GET", "/me").send());
      refused(new Device(server, app, secret).register("{'fcmToken':'%s'}".formatted(TOKEN)));
      refused(
          server.call("GET", "/users").header("appId", app.id()).header("apiKey", secret).send());
      refused(server.call("GET", "/users").header("appId", secret).header("apiKey", secret).send());
      refused(server.call("GET", "/users/u/auth_tokens/" + secret).backEnd(app).send());
      refused(
          server
              .call("DELETE", "/users/%s/auth_tokens/%s".formatted(device.uid(), secret))
              .backEnd(app)
              .send());
      refused(
          server
              .call("GET", "/notifications/push/v1/tokens?authToken=" + secret)
              .backEnd(app)
              .send());
      refused(
          server
              .call("DELETE", "/notifications/push/v1/tokens/" + secret)
              .backEnd(app)
              .json("{'authToken':'%s'}".formatted(secret))
              .send());
    }
    refused(
        server
            .call("GET", "/users")
            .header("appId", app.id())
            .header("apiKey", app.authKey())
            .send());
    refused(
        server
            .call("GET", "/users")
            .header("appId", app.id())
            .header("apiKey", app.apiKey() + "x")
            .send());
  }

  private void sendThemWhereTheyDoNotBelong(Device device) {
    var app = server.app();
    for (var secret : List.of(TOKEN, SECRET, app.apiKey(), device.authToken())) {
      refused(server.call("GET", "/" + secret).send());
      refused(server.call("GET", "/v2/tokens/" + secret).send());
      refused(server.call("GET", "/users/" + secret).backEnd(app).send());
      refused(server.call("GET", "/users?perPage=" + secret).backEnd(app).send());
      refused(
          server
              .call("GET", "/notifications/push/v1/tokens?all=%s&authToken=x".formatted(secret))
              .backEnd(app)
              .send());
      refused(
          server
              .call("POST", "/users")
              .backEnd(app)
              .json("{'uid':'%s,','name':'x'}".formatted(secret))
              .send());
      refused(
          server
              .call("POST", "/users")
              .backEnd(app)
              .json("{'uid':'x','name':'x','unset':['%s']}".formatted(secret))
              .send());
      refused(
          device
              .call("POST", "/notifications/push/v1/tokens")
              .json("{'platform':'%s'}".formatted(secret))
              .send());
      refused(
          device
              .call("PATCH", "/notifications/v1/preferences/timezone")
              .json("{'timezone':'%s'}".formatted(secret))
              .send());
      refused(device.delete("{'all':'%s'}".formatted(secret)));
      refused(device.call("POST", "/v2/tokens").header("Content-Type", secret).body("{}").send());
    }
  }

  private void setProvidersWithThem() {
    for (var body :
        List.of(
            "{'type':'%s'}",
            "{'type':'apns','key':'%1$s','keyId':'%1$s','teamId':'%1$s','topic':'%1$s'}",
            "{'type':'apns','key':'%s','keyId':'ABC1234567','teamId':'ABC1234567','topic':'a.b'}",
            "{'type':'apns','certificate':'%1$s','password':'%1$s','topic':'a.b'}",
            "{'type':'apns','certificate':'%1$s','environment':'%1$s','topic':'%1$s'}",
            "{'type':'apns','key':'-----BEGIN PRIVATE KEY-----\\n%s','keyId':'ABC1234567',"
                + "'teamId':'ABC1234567','topic':'a.b'}",
            "{'type':'fcm','serviceAccount':'%s'}",
            "{'type':'fcm','serviceAccount':'{%s'}",
            "{'type':'fcm','serviceAccount':{'type':'external_account','%1$s':'%1$s'}}",
            "{'type':'fcm','serviceAccount':{'type':'%1$s','private_key':'%1$s'}}",
            "{'type':'fcm','serviceAccount':{'project_id':'p','client_email':'a','private_key':"
                + "'-----BEGIN PRIVATE KEY-----*%s'}}",
            "{'type':'fcm','serviceAccount':{'project_id':'p','client_email':'a','private_key':'a',"
                + "'token_uri':'https://%s'}}",
            "{'type':'fcm','serviceAccount':{'%1$s':'%1$s'}}",
            "{'type':'fcm','serviceAccount':{'type':'service_account','project_id':'%s'}}",
            "{'type':'fcm','serviceAccount':{'type':'service_account','project_id':'p',"
                + "'token_uri':'https://oauth2.googleapis.com/token','client_email':'%1$s',"
                + "'private_key':'%1$s'}}",
            "{'type':'webPush','subject':'%s','generate':true}",
            "{'type':'webPush','subject':'mailto:a@b.example','publicKey':'%1$s','privateKey':'%1$s'}",
            "{'type':'webPush','subject':'mailto:a@b.example','publicKey':'a','privateKey':'%s*'}",
            "{'type':'webPush','subject':'mailto:a@b.example','publicKey':'a','privateKey':"
                + "'-----BEGIN EC PRIVATE KEY-----%s'}",
            "{'type':'webPush','perSecond':'%s'}")) {
      refused(
          server
              .call("PUT", "/v1/providers/main?check=false")
              .backEnd(server.app())
              .json(body.formatted(SECRET))
              .send());
    }
    refused(server.call("GET", "/v1/providers/" + SECRET).backEnd(server.app()).send());
    refused(
        server
            .call("PUT", "/v1/providers/" + SECRET + "%20")
            .backEnd(server.app())
            .json("{}")
            .send());
  }

  private void sendThemInBrokenHttp(Device device) throws IOException {
    var start =
        "POST /v2/tokens HTTP/1.1\nHost: localhost\nappId: %s\nauthToken: %s\n"
            .formatted(device.app().id(), device.authToken());
    for (var secret : List.of(TOKEN, SECRET)) {
      for (var request :
          List.of(
              secret + "\n\n",
              secret + " /v2/tokens HTTP/1.1\nHost: localhost\n\n",
              "{" + secret + " /v2/tokens HTTP/1.1\nHost: localhost\n\n",
              "GET /" + secret + " HTTP/1.0\n\n",
              "GET /" + secret + " " + secret + "\n\n",
              "GET /%" + secret + " HTTP/1.1\nHost: localhost\n\n",
              "GET /x?y=%" + secret + " HTTP/1.1\nHost: localhost\n\n",
              "GET / HTTP/1.1\nHost: {" + secret + "\n\n",
              "GET / HTTP/1.1\nHost: localhost:" + secret + "\n\n",
              "GET / HTTP/1.1\nHost: localhost\nauthToken\0: " + secret + "\n\n",
              "GET / HTTP/1.1\nHost: localhost\n" + secret + "\n\n",
              start + "Content-Length: " + secret + "\n\n",
              start + "Content-Encoding: " + secret + "\nContent-Length: 1\n\n{",
              start + "Transfer-Encoding: " + secret + "\n\n",
              start + "Transfer-Encoding: chunked\n\n5;" + secret + "\n" + secret,
              start + "Transfer-Encoding: chunked\n\n" + secret + "\n" + secret,
              start + "authToken: " + secret + "\nContent-Length: 2\n\n{}",
              start + "Content-Length: 500\n\n{\"fcmToken\":\"" + secret)) {
        try (var raw = new Raw(server.port())) {
          refused(raw.send(request).end().answer());
        }
      }
    }
  }
}
