package io.keyedsequential.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What the build has written about our properties, for IDEs and for docs/configuration.md. */
final class Metadata {

    private Metadata() {}

    /** Our properties, by name. */
    static List<JsonNode> properties() {
        return read("properties");
    }

    /** Our hints, by name. */
    static List<JsonNode> hints() {
        return read("hints");
    }

    static String name(JsonNode entry) {
        return entry.get("name").asString();
    }

    private static List<JsonNode> read(String kind) {
        List<JsonNode> found = new ArrayList<>();
        try {
            for (var url : Collections.list(
                    Metadata.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream in = url.openStream()) {
                    new ObjectMapper()
                            .readTree(in)
                            .path(kind)
                            .valueStream()
                            .filter(entry -> name(entry).matches("keyedsequential\\..*|.*\\.keyedatoms\\..*"))
                            .forEach(found::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(Comparator.comparing(Metadata::name));
        return found;
    }
}
