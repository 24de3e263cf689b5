package dev.tidings.example.json;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** The one JSON mapper: strict about what it reads. */
public final class Json {

    /** The deepest nesting that is read. */
    public static final int MAX_DEPTH = 64;

    /** Reads strictly and writes compactly. */
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .build();

    private Json() {}

    /** Writes a value as one line of JSON. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
