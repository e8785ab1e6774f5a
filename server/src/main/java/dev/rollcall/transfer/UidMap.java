package dev.rollcall.transfer;

import dev.rollcall.account.Uid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The uids that an operator has chosen for ids of another system, from a CSV file with the columns
/// `old` and `new`.
public final class UidMap {
  /// Without a map, each id is its own uid.
  public static final UidMap NONE = new UidMap(Map.of(), "none");

  private static final List<String> COLUMNS = List.of("old", "new");

  /// A row of the map.
  private record Mapped(String old, String written, long line) {
    String uid() {
      return Uid.folded(written);
    }

    /// An id that is mapped to its own uid is the same user by the operator's word.
    boolean keepsItsUid() {
      return Uid.folded(old).equals(uid());
    }

    String spelling() {
      return keepsItsUid() ? written : old;
    }

    List<String> spellings() {
      return keepsItsUid() ? List.of(old, written, uid()) : List.of(old);
    }
  }

  private final Map<String, Mapped> byOld;
  private final Map<String, Set<String>> spellings;
  private final String digest;

  private UidMap(Map<String, Mapped> byOld, String digest) {
    this.byOld = byOld;
    this.spellings = new HashMap<>();
    for (var row : byOld.values()) {
      spellings.computeIfAbsent(row.uid(), uid -> new HashSet<>()).addAll(row.spellings());
    }
    this.digest = digest;
  }

  /// Reads the whole file into memory.
  public static UidMap of(Path file) throws IOException {
    var byOld = new HashMap<String, Mapped>();
    var byUid = new HashMap<String, Mapped>();
    try (var in = TextFile.open(file)) {
      var records = new CsvRecords(new Lines(in), ',', COLUMNS.size());
      for (var row = records.next(); row.isPresent(); row = records.next()) {
        add(file, row.get(), byOld, byUid);
      }
    } catch (DamagedException e) {
      throw new TransferException(file + " is incomplete: " + e.what(), e);
    }
    return new UidMap(byOld, ImportFile.digest(file));
  }

  private static void add(
      Path file, CsvRecords.Row row, Map<String, Mapped> byOld, Map<String, Mapped> byUid) {
    var fault = row.fault();
    if (fault.isPresent()) {
      throw wrong(file, row, fault.get().reason());
    }
    var fields = row.fields().stream().map(String::strip).toList();
    if (row.line() == 1 && fields.equals(COLUMNS)) {
      return;
    }
    if (fields.size() != COLUMNS.size() || fields.getFirst().isEmpty()) {
      throw wrong(file, row, "a row has two fields with a comma between them: old,new");
    }
    var mapped = new Mapped(fields.getFirst(), fields.getLast(), row.line());
    var unfit = Uid.fault(mapped.uid());
    if (unfit.isPresent()) {
      throw wrong(file, row, "the new uid cannot be one: " + unfit.get() + "; " + Uid.RULE);
    }
    var same = byOld.put(mapped.old(), mapped);
    if (same != null) {
      throw wrong(file, row, "line %,d maps the same id".formatted(same.line()));
    }
    var other = byUid.put(mapped.uid(), mapped);
    if (other != null && !Uid.folded(other.old()).equals(Uid.folded(mapped.old()))) {
      throw wrong(
          file,
          row,
          "line %,d maps another id to the same uid, '%s'".formatted(other.line(), mapped.uid()));
    }
  }

  private static TransferException wrong(Path file, CsvRecords.Row row, String why) {
    return new TransferException("%s, line %,d: %s".formatted(file, row.line(), why));
  }

  /// The id of a user whom the file calls `old`; empty if the map does not name it.
  Optional<ForeignId> id(String old, String file) {
    return Optional.ofNullable(byOld.get(old))
        .map(
            row ->
                new ForeignId(
                    row.uid(), row.spelling(), spellings.getOrDefault(row.uid(), Set.of()), file));
  }

  /// The same for maps of the same content.
  @Override
  public String toString() {
    return digest;
  }
}
