package dev.rollcall.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which values can name one device.
final class DeviceIdTest {
  private static final String BUILD = "It names a firmware build, which many devices share";
  private static final String MODEL = "It names a model or a platform, which many devices share";

  private static void assertFlaw(String reason, String value) {
    assertEquals(Optional.of(reason), DeviceId.flaw(value), value);
    assertEquals(Optional.empty(), DeviceId.plausible(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9774d56d682e549c",
        "9774D56D682E549C",
        "android-9774d56d682e549c",
        "com.example.shop_9774d56d682e549c",
        "0123456789ABCDEF",
        "0123456789abcdef",
        "012345678912345",
        "1234567890abcdef",
        "004999010640000",
        "dead00beef",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "550e8400-e29b-41d4-a716-446655440000",
        "12345678-1234-1234-1234-123456789012",
        "{123e4567-e89b-12d3-a456-426614174000}",
        "Default string",
        "System Serial Number",
        "To be filled by O.E.M.",
        "[object Object]",
      })
  void someIdsAreOnManyDevices(String value) {
    assertFlaw("Many devices have this id", value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "unknown",
        "UNKNOWN",
        "android",
        "Android",
        "null",
        "(null)",
        "<null>",
        "undefined",
        "nil",
        "Optional(nil)",
        "NaN",
        "none",
        "N/A",
        "DEFACE",
        "ios",
        "iPhone",
        "web",
        "goldfish",
        "ranchu",
        "robolectric",
        "sdk_gphone64_arm64",
        "emulator",
        "unknown-unknown",
        "android_id",
        "androidId",
        "device-id",
        "ANDROID-null",
        "shop_undefined",
        "com.example.shop.null",
        "undefined-42",
        "---",
        "****************",
        "--------------------",
      })
  void someWordsStandForNothing(String value) {
    assertFlaw("It stands for a missing id", value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TP1A.220624.014",
        "tp1a.220624.014",
        "RP1A.200720.012",
        "QKQ1.190910.002",
        "SKQ1.211006.001",
        "UP1A.231005.007",
        "AP3A.240905.015.A2",
        "TP1A.220624.014 release-keys",
        "TP1A.220624.014.G991BXXU5DVKB",
        "MMB29K",
        "LMY47X",
        "N2G47H",
        "V417IR",
        "G991BXXU5CVDD",
        "A037FXXS4CWF1",
        "21E219",
        "21E5195e",
        "google/oriole/oriole:13/TP1A.220624.014/8819323:user/release-keys",
        "generic/sdk_gphone/generic:11/RSR1.201013.001/6903271:userdebug/dev-keys",
      })
  void someValuesNameAFirmwareBuild(String value) {
    assertFlaw(BUILD, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iPhone15,2",
        "iPad13,4",
        "MacBookPro18,3",
        "iPhone 14 Pro Max",
        "iphone14",
        "Pixel 7 Pro",
        "pixel7",
        "Pixel_6a",
        "SM-G991B",
        "SM-A125F",
        "GT-I9500",
        "Galaxy S21 Ultra 5G",
        "samsung SM-G991B",
        "Redmi Note 9 Pro",
        "M2101K6G",
        "2201117TY",
        "21081111RG",
        "CPH2205",
        "RMX3085",
        "XT2041-4",
        "VOG-L29",
        "ELE-L29",
        "Nokia 7.2",
        "moto g(7) power",
        "exynos7870",
        "s5e9925",
        "msm8998",
        "mt6765",
        "sdm845",
        "universal7885",
        "lahaina",
        "Android SDK built for x86",
        "x86_64",
        "Win32NT",
        "MacIntel",
        "Linux armv8l",
        "Mozilla/5.0 (Linux; Android 13)",
      })
  void someValuesNameAModel(String value) {
    assertFlaw(MODEL, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0000000000000000                     | It is a filler, such as zeros or 12345678",
        "000000000000000                      | It is a filler, such as zeros or 12345678",
        "00000000-0000-0000-0000-000000000000 | It is a filler, such as zeros or 12345678",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF | It is a filler, such as zeros or 12345678",
        "02:00:00:00:00:00                    | It is a filler, such as zeros or 12345678",
        "ff:ff:ff:ff:ff:ff                    | It is a filler, such as zeros or 12345678",
        "111111111111111                      | It is a filler, such as zeros or 12345678",
        "aaaaaaaa                             | It is a filler, such as zeros or 12345678",
        "abababababab                         | It is a filler, such as zeros or 12345678",
        "12345678                             | It is a filler, such as zeros or 12345678",
        "1234567890                           | It is a filler, such as zeros or 12345678",
        "123456789012345                      | It is a filler, such as zeros or 12345678",
        "9876543210                           | It is a filler, such as zeros or 12345678",
        "abcdefgh                             | It is a filler, such as zeros or 12345678",
        "0                                    | It is too short to name one device",
        "-1                                   | It is too short to name one device",
        "42                                   | It is too short to name one device",
        "a14xm                                | It is too short to name one device",
        "com.example.shop                     | It names an app, which many devices share",
        "17.4.1                               | It is a version or a network address, which many"
            + " devices share",
        "Android 13                           | It is a version or a network address, which many"
            + " devices share",
        "192.168.178.20                       | It is a version or a network address, which many"
            + " devices share",
        "localhost                            | It is a version or a network address, which many"
            + " devices share",
      })
  void someValuesSayTooLittle(String value, String reason) {
    assertFlaw(reason, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dd96dec43fb81c97",
        "665deb085e1c03fe",
        "bb6d96aef12fcc3",
        "FCDBD8EF-62FC-4ECB-B2F5-92C9E79AC7F9",
        "{8579ceff-1cab-e512-1666-3765254a181b}",
        "4dcf6b1e2a",
        "demo_3f9a_1795561391989",
        "demo_null_1795561391989",
        "com.example.app-dd96dec43fb81c97",
        "samsung-dd96dec43fb81c97",
        "Pixel_4dcf6b1e",
        "android:dd96dec43fb81c97",
        "IOS-FCDBD8EF-62FC-4ECB-B2F5-92C9E79AC7F9",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "kQ7mZ9x2TfG5bWnR",
        "R58M123ABCD",
        "356938035643809",
        "a4:83:e7:12:9b:c0",
        "phone-1",
        "device-of-alice",
      })
  void otherValuesCanNameOneDevice(String value) {
    assertEquals(Optional.of(value), DeviceId.plausible(value));
  }

  /// Ids of the forms that Android, iOS and browsers make are never ignored by chance.
  @Test
  void noRandomIdIsIgnored() {
    var random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      var uuid = new UUID(random.nextLong(), random.nextLong());
      var android = Long.toHexString(random.nextLong() >>> 4);
      for (var id : new String[] {uuid.toString(), android, "%08x".formatted(random.nextInt())}) {
        assertTrue(DeviceId.flaw(id).isEmpty(), id);
      }
    }
  }
}
