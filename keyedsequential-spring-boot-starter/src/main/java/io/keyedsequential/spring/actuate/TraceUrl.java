package io.keyedsequential.spring.actuate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a tracing system shows a trace.
 *
 * @param template an address with {@value #PLACEHOLDER} in the place of the id
 */
public record TraceUrl(String template) {

    /** What stands for the id. */
    public static final String PLACEHOLDER = "{traceId}";

    /**
     * Validates.
     *
     * @param template an address with the placeholder
     * @throws IllegalArgumentException if it has none, or is no address of the web
     */
    public TraceUrl {
        String lower = template.toLowerCase(Locale.ROOT);
        if (!template.contains(PLACEHOLDER) || !(lower.startsWith("http://") || lower.startsWith("https://"))) {
            throw new IllegalArgumentException(("trace-url: an address with %s in the place of the id, such as "
                            + "https://traces.example/trace/%s, not '%s'")
                    .formatted(PLACEHOLDER, PLACEHOLDER, template));
        }
    }

    String of(String traceId) {
        return template.replace(PLACEHOLDER, URLEncoder.encode(traceId, StandardCharsets.UTF_8));
    }
}
