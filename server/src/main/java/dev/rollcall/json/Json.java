package dev.rollcall.json;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one JSON mapper: a key given twice, or anything after the value, is a mistake and not luck.
///
/// Numbers keep all their digits. What is read nests far less deeply than what can be written, so
/// that whatever was taken can be given back. A value of a few bytes becomes an object of a hundred,
/// so there may not be many more values than the longest list has.
public final class Json {
  private static final int DEEPEST = 100;
  private static final int MOST_VALUES = 30_000;

  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxTokenCount(MOST_VALUES)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}
}
