package dev.rollcall.provider;

import dev.rollcall.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The rules for the aliases of a provider: further ids under which tokens may name it. Providers of
/// different types may share an id or alias, because the channel of a token decides between them.
final class Aliases {
  private static final int MOST = 100;

  private Aliases() {}

  /// The aliases as they are stored: each once, and without the id of the provider itself.
  static List<String> read(String id, List<String> given) {
    var aliases = new LinkedHashMap<String, String>();
    for (var text : given) {
      var alias =
          ProviderId.read(text)
              .orElseThrow(
                  () -> Problem.badField("aliases", "Each alias must be " + ProviderId.FORM));
      aliases.putIfAbsent(ProviderId.normal(alias), alias);
    }
    aliases.remove(ProviderId.normal(id));
    if (aliases.size() > MOST) {
      throw Problem.badField("aliases", "A provider may have at most " + MOST + " aliases");
    }
    return List.copyOf(aliases.values());
  }

  /// Refuses a name that another provider of the type has; `others` are the app's other providers of
  /// that type.
  static void requireFree(String id, List<String> aliases, List<Provider> others) {
    for (var other : others) {
      var taken = names(other.id(), other.aliases());
      for (var name : names(id, aliases).entrySet()) {
        if (taken.containsKey(name.getKey())) {
          throw Problem.badField(
              name.getValue().equals(id) ? "id" : "aliases",
              "The provider '%s' of the same type has the id or alias '%s'; remove it there first"
                  .formatted(other.id(), name.getValue()));
        }
      }
    }
  }

  /// The id and the aliases, by their normal form.
  private static Map<String, String> names(String id, List<String> aliases) {
    var names = new LinkedHashMap<String, String>();
    Stream.concat(Stream.of(id), aliases.stream())
        .forEach(name -> names.putIfAbsent(ProviderId.normal(name), name));
    return names;
  }
}
