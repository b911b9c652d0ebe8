package io.keyedsequential.spring.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Headers as a JSON object. Not with the application's mapper: other versions of the application read them, too. */
public final class HeaderCodec {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TYPE = new TypeReference<>() {};

    private HeaderCodec() {}

    /**
     * Writes headers.
     *
     * @param headers names and texts
     * @return a JSON object; {@code null} if there are none
     */
    public static @Nullable String write(Map<String, String> headers) {
        return headers.isEmpty() ? null : MAPPER.writeValueAsString(headers);
    }

    /**
     * Reads headers.
     *
     * @param json what {@link #write} has written
     * @return names and texts
     * @throws UnreadableCallException if it is something else
     */
    public static Map<String, String> read(@Nullable String json) {
        if (json == null) {
            return Map.of();
        }
        try {
            return MAPPER.readValue(json, TYPE);
        } catch (JacksonException e) {
            throw new UnreadableCallException("the stored headers are no JSON object of texts", e);
        }
    }
}
