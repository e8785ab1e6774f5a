package dev.rollcall.json;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one JSON mapper. A duplicate key, or anything after the value, is an error.
///
/// Numbers keep all their digits. The depth limit for reading is far below that for writing, so
/// that everything that was read can be written again. A value of a few bytes becomes an object of
/// about a hundred bytes, so the number of values is limited to little more than the longest list
/// needs.
public final class Json {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_VALUES = 30_000;

  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_VALUES)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}
}
