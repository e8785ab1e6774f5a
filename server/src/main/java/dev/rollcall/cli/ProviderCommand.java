package dev.rollcall.cli;

import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.Settings;
import dev.rollcall.config.UsageException;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.ProviderId;
import dev.rollcall.provider.ProviderRoutes;
import dev.rollcall.provider.ProviderStore.Administrator;
import dev.rollcall.provider.Providers;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.webpush.VapidKeys;
import dev.rollcall.start.EncryptionKeys;
import dev.rollcall.start.OutboundServices;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.DatabaseAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `provider set`, `provider list`, `provider remove`: manages providers directly in the database,
/// even while a server uses it. `provider vapid` generates a key pair and changes nothing.
final class ProviderCommand {
  /// Apple's name for the key file.
  private static final Pattern P8 = Pattern.compile("AuthKey_([A-Z0-9]{10})\\.p8");

  private final PrintStream out;
  private final Function<OutwardProxy, OutboundServices> services;

  ProviderCommand(PrintStream out, Function<OutwardProxy, OutboundServices> services) {
    this.out = out;
    this.services = services;
  }

  void run(List<String> arguments) {
    var verb = arguments.isEmpty() ? "" : arguments.getFirst();
    var flags =
        new HashMap<>(
            Flags.read(arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size())));
    switch (verb) {
      case "set" -> set(flags);
      case "list" -> list(flags);
      case "remove" -> remove(flags);
      case "vapid" -> vapid(flags);
      default ->
          throw new UsageException(
              "Use 'provider set', 'provider list', 'provider remove' or 'provider vapid'");
    }
  }

  private void set(Map<String, String> flags) {
    var app = app(flags);
    var id = id(flags);
    var type =
        ProviderType.of(
                CommandFlags.required(
                    flags, "--type", ProviderType.pattern(), ProviderType.wireNames(" or ")))
            .orElseThrow();
    var perSecond =
        CommandFlags.optional(flags, "--per-second", "\\d{1,6}", "a whole number, 0 for no limit")
            .map(Integer::valueOf);
    var check =
        CommandFlags.optional(flags, "--check", "true|false", "true or false")
            .map(Boolean::valueOf)
            .orElse(true);
    var file = file(flags, type);
    var aliases = aliases(flags).or(() -> file.strings("aliases"));
    var credentials = file.mergedWith(credentials(flags));
    with(
        CommandFlags.database(
            flags, Setting.ENCRYPTION_KEY, Setting.OUTWARD_PROXY, Setting.OUTWARD_PROXY_EXCEPT),
        providers ->
            show(
                providers.put(
                    new Administrator.Operator(app),
                    id,
                    new Providers.Setting(type, credentials, aliases, perSecond, check))));
  }

  /// Aliases separated by commas, or as a JSON array. An empty array removes all.
  private static Optional<List<String>> aliases(Map<String, String> flags) {
    return CommandFlags.optional(flags, "--aliases", "(?s).+", "ids, separated by commas")
        .map(
            text ->
                text.startsWith("[")
                    ? JsonObject.parse("{\"aliases\":" + text + "}")
                        .flatMap(json -> json.strings("aliases"))
                        .orElseThrow(
                            () -> new UsageException("--aliases is not a JSON array of strings"))
                    : List.of(text.split(",", -1)));
  }

  private static String app(Map<String, String> flags) {
    return CommandFlags.required(flags, "--app", Config.APP_ID, Config.APP_ID_FORM);
  }

  private static String id(Map<String, String> flags) {
    return ProviderId.read(CommandFlags.required(flags, "--id", "(?s).+", ProviderId.FORM))
        .orElseThrow(() -> new UsageException("--id must be " + ProviderId.FORM));
  }

  /// Reads the values of a key that have flags of their own.
  private static JsonObject credentials(Map<String, String> flags) {
    var fromFlags = new LinkedHashMap<String, Object>();
    for (var name : List.of("topic", "teamId", "keyId", "environment", "subject")) {
      var flag = "--" + name.replace("Id", "-id");
      CommandFlags.optional(flags, flag, ".+", "text")
          .ifPresent(value -> fromFlags.put(name, value));
    }
    return new JsonObject(fromFlags);
  }

  /// Reads the JSON of `PUT /v1/providers/{id}`, or Google's JSON, or Apple's key.
  private static JsonObject file(Map<String, String> flags, ProviderType type) {
    return CommandFlags.optional(flags, "--file", ".+", "the name of a file")
        .map(file -> read(Path.of(file), type))
        .orElse(JsonObject.EMPTY);
  }

  private static JsonObject read(Path file, ProviderType type) {
    var text = text(file);
    var json = JsonObject.parse(text);
    return switch (type) {
      // The reader of the credentials says what is wrong with any other file.
      case FCM ->
          json.filter(it -> it.fields().containsKey("serviceAccount"))
              .orElseGet(() -> JsonObject.of("serviceAccount", text));
      case APNS -> json.orElseGet(() -> JsonObject.of("key", text, "keyId", keyId(file)));
      case WEB_PUSH ->
          json.orElseThrow(() -> new StartException("The file " + file + " is not a JSON object"));
    };
  }

  private static @Nullable String keyId(Path file) {
    var named = P8.matcher(String.valueOf(file.getFileName()));
    return named.matches() ? named.group(1) : null;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartException("The file " + file + " cannot be read", e);
    }
  }

  private void list(Map<String, String> flags) {
    var app = app(flags);
    with(
        CommandFlags.database(flags, Setting.ENCRYPTION_KEY),
        providers -> providers.list(new Administrator.Operator(app)).forEach(this::show));
  }

  private void show(Provider provider) {
    var json = ProviderRoutes.json(provider, Clock.systemUTC().instant());
    out.println(new JsonObject(json).text());
  }

  private void remove(Map<String, String> flags) {
    var app = app(flags);
    var id = id(flags);
    with(
        CommandFlags.database(flags, Setting.ENCRYPTION_KEY),
        providers -> providers.delete(new Administrator.Operator(app), id));
  }

  private void vapid(Map<String, String> flags) {
    flags.keySet().stream()
        .findFirst()
        .ifPresent(
            flag -> {
              throw new UsageException(flag + " is not a flag of this command");
            });
    var keys = VapidKeys.generate();
    out.println(
        JsonObject.of("publicKey", keys.publicKey(), "privateKey", keys.privateKey().value())
            .text());
  }

  private void with(Settings settings, Consumer<Providers> work) {
    DatabaseAddress database = CommandFlags.existingDatabase(settings);
    var clock = Clock.systemUTC();
    var key = Config.encryptionKey(settings);
    var outside = services.apply(Config.outwardProxy(settings));
    settings.requireValid();
    var seal = EncryptionKeys.seal(key, database, Config.data(settings));
    try (var storage = CommandFlags.open(database);
        var lookups = outside.lookups().apply(clock);
        var providers =
            new Providers(
                storage.providers(),
                seal,
                outside.vendors(outside.webPush(lookups), clock),
                clock)) {
      work.accept(providers);
    }
  }
}
