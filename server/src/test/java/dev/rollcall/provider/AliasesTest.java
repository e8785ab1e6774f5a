package dev.rollcall.provider;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.sender.ProviderType;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class AliasesTest {
  private static Provider provider(String id, String... aliases) {
    return new Provider(
        1,
        1,
        id,
        List.of(aliases),
        ProviderType.FCM,
        1,
        null,
        JsonObject.EMPTY,
        Instant.EPOCH,
        Instant.EPOCH,
        null,
        null);
  }

  @Test
  void eachAliasIsKeptOnceAsItIsWritten() {
    assertEquals(
        List.of("My FCM", "b"), Aliases.read("main", List.of(" My FCM", "my fcm ", "b", "MAIN")));
    assertEquals(List.of(), Aliases.read("main", List.of()));
  }

  @Test
  void whatIsNoIdIsNoAlias() {
    for (var alias : List.of("", " ", "a".repeat(101))) {
      refused("aliases", "must be 1 to 100", () -> Aliases.read("main", List.of("a", alias)));
    }
    var many = IntStream.range(0, 101).mapToObj(i -> "a" + i).toList();
    assertEquals(100, Aliases.read("main", many.subList(0, 100)).size());
    refused("aliases", "at most 100", () -> Aliases.read("main", many));
  }

  @Test
  void aNameThatAnotherProviderOfTheTypeHasIsRefused() {
    var others = List.of(provider("Google", "old"), provider("other"));
    assertDoesNotThrow(() -> Aliases.requireFree("main", List.of("older"), others));
    var taken = "'Google' of the same type";
    refused("aliases", taken, () -> Aliases.requireFree("main", List.of("OLD"), others));
    refused("aliases", taken, () -> Aliases.requireFree("main", List.of("google"), others));
    refused("id", taken, () -> Aliases.requireFree("Old", List.of(), others));
  }

  private static void refused(String field, String cause, Executable setting) {
    var problem = assertThrows(Problem.class, setting);
    assertEquals(field, problem.details().get("field"));
    assertTrue(String.valueOf(problem.getMessage()).contains(cause), problem.getMessage());
  }
}
