package dev.rollcall.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the `User-Agent` of an app suggests about the system that it runs on.
final class PlatformTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        // React Native, Expo Go, and apps that use URLSession
        "Shop/43 CFNetwork/1474 Darwin/23.0.0",
        "Expo/2.30.1 CFNetwork/1410.0.3 Darwin/22.6.0",
        "Tom%E2%80%99s%20Shop/1 CFNetwork/808.1.4 Darwin/16.3.0",
        "Shop/1.0 (com.example.shop; build:1; iOS 17.2.0) Alamofire/5.8.1",
        "Shop/2.6.3 (iOS/12.1)",
      })
  void anIphone(String userAgent) {
    assertEquals(Optional.of(Platform.IOS), Platform.ofNativeApp(userAgent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "okhttp/4.9.2",
        "okhttp/5.0.0-alpha.11",
        "Shop/1.0 okhttp/4.12.0",
        "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UD1A.230803.041)",
        "Shop/7 (Android 13; Pixel 7)",
      })
  void anAndroidPhone(String userAgent) {
    assertEquals(Optional.of(Platform.ANDROID), Platform.ofNativeApp(userAgent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Dart/3.2 (dart:io)",
        "Shop/1.0",
        "curl/8.5.0",
        "node",
        "Java-http-client/25",
        "python-requests/2.31",
        "nginx",
        "kiosk 9",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.1 Safari",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (Linux; Android 13; Pixel 7; wv) AppleWebKit/537.36 Chrome/119 Mobile Safari",
        "Shop/1 CFNetwork/1474 Darwin/23.0.0 okhttp/4.9.2",
      })
  void nothingCertain(String userAgent) {
    assertEquals(Optional.empty(), Platform.ofNativeApp(userAgent));
  }
}
