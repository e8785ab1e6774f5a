package dev.rollcall.account;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Recognises values that apps send as the id of a device although many devices have the same one.
///
/// Plugins that promise an id return other values where the platform has none: the name of the
/// firmware build, of the model or of the board, a placeholder, zeros. No phone may lose its push
/// token because another one sends such a value.
public final class DeviceId {
  /// Shorter values are counters, code names of boards or the names of platforms.
  private static final int SHORTEST = 6;

  private static final int LONG = 12;

  /// UUIDs, Android's ids and hashes. No name of a build or a model has this form.
  private static final Pattern LONG_HEX = Pattern.compile("\\{?[0-9A-Fa-f-]+\\}?");

  private static final Pattern SEPARATORS = Pattern.compile("[^\\p{Alnum}]+");

  /// Words that stand for a missing value.
  private static final Set<String> MISSING =
      words(
          "unknown undefined null nil nan none empty missing unavailable unauthorized invalid error"
              + " default deface");

  /// Words for things of which there are many.
  private static final Set<String> GENERIC =
      words(
          "generic test tests debug example sample dummy fake mock placeholder string object"
              + " optional true false na device deviceid devicekey deviceuuid uuid udid guid imei"
              + " serial id uniqueid androidid phone mobile smartphone tablet desktop browser web"
              + " app android ios iphone ipad ipod ipados tvos macos mac windows linux chrome"
              + " safari firefox edge opera electron flutter cordova capacitor expo emulator"
              + " simulator goldfish ranchu robolectric vbox86 vbox86p sdk gphone gphone64 x86 x64"
              + " arm arm64 armv7 i386 amd64");

  /// Ids that many devices have in common.
  private static final Set<String> SHARED =
      Set.of(
          // ANDROID_ID of whole series of Android 2.2, and of emulators.
          "9774d56d682e549c",
          // Serial numbers and an IMEI that manufacturers did not set.
          "0123456789abcdef",
          "1234567890abcdef",
          "0123456789abcdeffedcba9876543210",
          "012345678912345",
          "004999010640000",
          "dead00beef",
          "deadbeef",
          "cafebabe",
          "systemserialnumber",
          "defaultstring",
          "tobefilledbyoem",
          "notspecified",
          "notavailable",
          "notapplicable",
          "permissiondenied",
          "objectobject",
          // The examples of RFC 4122 and of many manuals.
          "f81d4fae7dec11d0a76500a0c91e6bf6",
          "123e4567e89b12d3a456426614174000",
          "123e4567e89b12d3a456426655440000",
          "550e8400e29b41d4a716446655440000",
          "12345678123412341234123456789012",
          "12345678123412341234123456789abc",
          "123456781234123412341234567890ab");

  /// The ids of firmware builds: Android's since 8 and before, Samsung's, Apple's, and fingerprints.
  private static final List<Pattern> BUILDS =
      patterns(
          "(?i)[A-Z0-9]{3,5}\\.\\d{6}\\.\\d{3}\\b.*",
          "[A-Z]{3}\\d{2}[A-Z]",
          "[A-Z]\\d[A-Z]\\d{2}[A-Z]",
          "[A-Z]\\d{3}[A-Z]{2}",
          "[A-Z]\\d{3}[A-Z0-9]{1,2}(XX|DX|UE|SQ|KS|ZC|ZH|OX|OL|TB|VL)[A-Z0-9]{4,8}",
          "\\d{2}[A-Z]\\d{2,4}[a-z]?",
          ".*\\b(release|test|dev)-keys",
          "[^/]+/[^/]+/[^/]+:[^/]+/[^/]+/.+");

  /// Model names, and the names of boards, platforms and agents.
  private static final List<Pattern> MODELS =
      patterns(
          "(?i)(iphone|ipad|ipod|watch|appletv|audioaccessory|realitydevice|mac|macmini|macpro|imac"
              + "|imacpro|macbook|macbookair|macbookpro|applevirtualmac)\\d{1,2},\\d{1,2}",
          "(?i)(sm|gt|sc|scv|sgh|sch|sph|shv|shw)-[a-z]?\\d{3,4}[a-z0-9]{0,3}",
          "(?i)(lm|lg)-[a-z]{0,2}\\d{3}[a-z0-9]{0,4}",
          "[A-Z]{3}-([ALNT][A-Z]|L|W|N)\\d{1,2}[A-Z]?",
          "XT\\d{4}(-\\d{1,2})?|(CPH|RMX)\\d{4}|TA-\\d{4}|TB-[A-Z0-9]{4,6}|XQ-[A-Z]{2}\\d{2}",
          "(IN|KB|LE|NE|GM|HD|BE|DE|AC|EB)\\d{4}|P[A-Z]{2}\\d{3}|V\\d{4}A?",
          "M?\\d{4}[A-Z]\\d{1,2}[A-Z]{1,2}|\\d{7,8}[A-Z]{2}|\\d{5}[A-Z]{3,4}\\d{1,2}[A-Z]",
          "(?i)(msm|sdm|sm|apq|qcom|mt|exynos|universal|kirin|hi|ums|sc|sp|s5e|rk|tegra|gs)"
              + "\\d{3,5}[a-z0-9]{0,3}",
          "(?i)(sdk|google_sdk|aosp|generic|vbox86p?|emulator|goldfish|ranchu)([_ -][a-z0-9_"
              + " .-]*)?",
          "(?i)win32nt|win32|win64|macintel|linux (x86_64|aarch64|armv\\d\\w*)|x86_64|arm64-v8a"
              + "|armeabi-v7a|arm64e|aarch64",
          "(?i)android sdk built for .*",
          "(?i)(mozilla|okhttp|dalvik|dart|cfnetwork|darwin|alamofire)/.*",
          "(?i)kona|lahaina|taro|kalama|pineapple|trinket|bengal|holi|lito|atoll|parrot|walleye"
              + "|bluejay|oriole|raven|cheetah|panther|husky|shiba|tokay|caiman|sunfish|redfin"
              + "|blueline|crosshatch");

  private static final Pattern BRAND =
      Pattern.compile(
          "(samsung|galaxy|huawei|honor|xiaomi|redmi|poco|oppo|vivo|oneplus|realme|motorola|moto"
              + "|nokia|nexus|pixel|lenovo|lge|htc|sony|xperia|asus|google|infinix|tecno|itel"
              + "|nothing|fairphone|iphone|ipad|ipod|apple|macbook)(?![a-z])(?<rest>.*)",
          Pattern.CASE_INSENSITIVE);

  /// The id of an app, such as `com.example.shop`.
  private static final Pattern APP_ID =
      Pattern.compile(
          "(com|org|net|io|app|dev|co|me|eu|de|fr|uk|in|br|cn|jp)(\\.[a-z][a-z_]*){1,5}",
          Pattern.CASE_INSENSITIVE);

  /// Versions and addresses of networks.
  private static final List<Pattern> NUMBERS =
      patterns(
          "(?i)(android|ios|ipados|windows|macos|mac os x|linux|version|v)?[ /_-]?"
              + "\\d{1,5}([._]\\d{1,8}){1,5}",
          "(?i)(android|ios|ipados|windows)[ /_-]?\\d{1,3}",
          "(?i)::1|localhost|fe80:.*");

  private DeviceId() {}

  private static Set<String> words(String all) {
    return Set.of(all.split(" ", -1));
  }

  private static List<Pattern> patterns(String... all) {
    return Arrays.stream(all).map(Pattern::compile).toList();
  }

  /// Why this value cannot name one device, as a sentence; empty if it can.
  public static Optional<String> flaw(String value) {
    var text = value.strip();
    var parts = parts(text);
    var bare = String.join("", parts);
    if (SHARED.contains(bare) || parts.stream().anyMatch(SHARED::contains)) {
      return Optional.of("Many devices have this id");
    }
    if (isFiller(bare)) {
      return Optional.of("It is a filler, such as zeros or 12345678");
    }
    if (bare.length() >= LONG && LONG_HEX.matcher(text).matches()) {
      return Optional.empty();
    }
    if (standsForNothing(parts)) {
      return Optional.of("It stands for a missing id");
    }
    if (anyMatches(BUILDS, text)) {
      return Optional.of("It names a firmware build, which many devices share");
    }
    if (anyMatches(MODELS, text) || isBrandAndModel(text)) {
      return Optional.of("It names a model or a platform, which many devices share");
    }
    if (APP_ID.matcher(text).matches()) {
      return Optional.of("It names an app, which many devices share");
    }
    if (anyMatches(NUMBERS, text)) {
      return Optional.of("It is a version or a network address, which many devices share");
    }
    return bare.length() < SHORTEST
        ? Optional.of("It is too short to name one device")
        : Optional.empty();
  }

  private static List<String> parts(String text) {
    return SEPARATORS
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(it -> !it.isEmpty())
        .toList();
  }

  private static boolean isFiller(String bare) {
    return bare.length() >= SHORTEST && (bare.chars().distinct().count() <= 2 || counts(bare));
  }

  /// Returns the value if it can name one device.
  public static Optional<String> plausible(String value) {
    return flaw(value).isPresent() ? Optional.empty() : Optional.of(value);
  }

  private static boolean anyMatches(List<Pattern> patterns, String text) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(text).matches());
  }

  /// True if the value has only words for nothing in particular, or has one for a missing value and
  /// nothing else that could be an id, as `shop_undefined`.
  private static boolean standsForNothing(List<String> parts) {
    return parts.stream().allMatch(DeviceId::isWord)
        || isWord(String.join("", parts))
        || (parts.stream().anyMatch(MISSING::contains)
            && parts.stream().noneMatch(DeviceId::isSpecific));
  }

  private static boolean isWord(String text) {
    return MISSING.contains(text) || GENERIC.contains(text);
  }

  private static boolean isBrandAndModel(String text) {
    var brand = BRAND.matcher(text);
    return brand.matches()
        && parts(text.substring(brand.start("rest"))).stream()
            .noneMatch(part -> part.length() >= 8 && isSpecific(part));
  }

  /// True for a part that is long or mixed enough to tell devices apart.
  private static boolean isSpecific(String part) {
    return part.length() >= SHORTEST
        && part.chars().anyMatch(Character::isDigit)
        && !isFiller(part);
  }

  /// True if each character follows the one before it, as in `0123456789abcdef` and `876543210`.
  private static boolean counts(String text) {
    return counts(text, 1) || counts(text, -1);
  }

  private static boolean counts(String text, int step) {
    for (int i = 1; i < text.length(); i++) {
      int before = Character.digit(text.charAt(i - 1), Character.MAX_RADIX);
      int next = Character.digit(text.charAt(i), Character.MAX_RADIX);
      boolean follows = next == before + step;
      boolean wraps = step > 0 ? before >= 9 && next <= 1 : before <= 1 && next == 9;
      if (!follows && !wraps) {
        return false;
      }
    }
    return true;
  }
}
