package io.keyedsequential.jdbc;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Headers as a JSON object. Not with the application's mapper: other versions of the application read them, too. */
final class HeaderCodec {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TYPE = new TypeReference<>() {};

    private HeaderCodec() {}

    static @Nullable String write(Map<String, String> headers) {
        return headers.isEmpty() ? null : MAPPER.writeValueAsString(headers);
    }

    static Map<String, String> read(@Nullable String json) {
        if (json == null) {
            return Map.of();
        }
        try {
            return MAPPER.readValue(json, TYPE);
        } catch (JacksonException e) {
            throw new UnreadableItemException("the stored headers are no JSON object of texts", e);
        }
    }
}
