package dev.rollcall;

import dev.rollcall.config.Config;
import dev.rollcall.fake.FakeApns;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.FakeWebPush;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.apns.ApnsEndpoint;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.provider.webpush.VapidKeys;
import dev.rollcall.start.OutboundServices;
import java.util.List;
import java.util.Set;

/// Google, Apple in both its environments, and a browser with its push service.
final class Doubles implements AutoCloseable {
  private final FakeFcm google = new FakeFcm();
  private final FakeApns apple = new FakeApns();
  private final FakeApns sandbox = new FakeApns();
  private final VapidKeys vapid = VapidKeys.generate();
  private final FakeWebPush browser = new FakeWebPush(vapid.publicKey());
  private final String p8 = FakeApns.p8();

  FakeFcm google() {
    return google;
  }

  FakeApns apple() {
    return apple;
  }

  FakeApns sandbox() {
    return sandbox;
  }

  FakeWebPush browser() {
    return browser;
  }

  String pushService() {
    return "localhost:" + browser.port();
  }

  OutboundServices outside() {
    return new OutboundServices(
        new FcmEndpoint(google.address(), google.tokenAddress(), FakeTls.ONE.client()),
        new ApnsEndpoint(
            "localhost",
            apple.port(),
            "localhost",
            sandbox.port(),
            List.of(FakeTls.ONE.certificate())),
        new Config.PushServices(Set.of(), Set.of(pushService())),
        Set.of(),
        OutboundServices::dns,
        FakeTls.ONE.client());
  }

  void setProviders(RunningServer server, RunningServer.TestApp app) {
    put(
        server,
        app,
        "google",
        JsonObject.of(
            "type",
            "fcm",
            "serviceAccount",
            JsonObject.parse(google.serviceAccount()).orElseThrow()));
    setApple(server, app);
    put(
        server,
        app,
        "browsers",
        JsonObject.of(
            "type",
            "webPush",
            "subject",
            "mailto:operator@example.com",
            "publicKey",
            vapid.publicKey(),
            "privateKey",
            vapid.privateKey().value()));
  }

  void setApple(RunningServer server, RunningServer.TestApp app) {
    put(
        server,
        app,
        "apple",
        JsonObject.of(
            "type", "apns",
            "key", p8,
            "keyId", "ABC1234567",
            "teamId", "DEF1234567",
            "topic", "com.example.app"));
  }

  private static void put(
      RunningServer server, RunningServer.TestApp app, String id, JsonObject provider) {
    server
        .call("PUT", "/v1/providers/" + id)
        .backEnd(app)
        .header("Content-Type", "application/json")
        .body(provider.text())
        .send()
        .data();
  }

  /// What a page sends once the browser has subscribed.
  String subscription(String path) {
    return subscriptionAt(browser.endpoint(path).toString());
  }

  String subscriptionAt(String endpoint) {
    var keys = browser.subscription("/");
    return "{'webPush':{'endpoint':'%s','keys':{'p256dh':'%s','auth':'%s'}}}"
        .formatted(endpoint, keys.p256dh(), keys.auth());
  }

  @Override
  public void close() {
    google.close();
    apple.close();
    sandbox.close();
    browser.close();
  }
}
