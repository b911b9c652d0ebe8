package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class MetadataTest {

    @Test
    void everyPropertyIsDescribed() throws IOException {
        List<JsonNode> properties = ours();
        assertThat(properties)
                .extracting(property -> property.get("name").asString())
                .contains(
                        "keyedsequential.enabled",
                        "keyedsequential.atoms",
                        "keyedsequential.defaults.max-concurrency",
                        "keyedsequential.defaults.executor",
                        "keyedsequential.shutdown.drain-timeout",
                        "keyedsequential.events.enabled",
                        "keyedsequential.events.saturation-interval",
                        "keyedsequential.health.stuck-after",
                        "keyedsequential.health.status-when-stuck",
                        "management.health.keyedatoms.enabled",
                        "management.info.keyedatoms.enabled",
                        "keyedsequential.context.propagation",
                        "keyedsequential.context.locale",
                        "keyedsequential.context.security",
                        "keyedsequential.context.mdc",
                        "keyedsequential.context.mdc-key",
                        "keyedsequential.context.task-decorators",
                        "keyedsequential.observations.enabled",
                        "keyedsequential.observations.key",
                        "management.endpoint.keyedatoms.show-keys",
                        "management.endpoint.keyedatoms.roles",
                        "management.endpoint.keyedatoms.access");
        assertThat(properties)
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(property.get("name").asString())
                        .matches("(?s)[A-Z].*\\."));
    }

    private static List<JsonNode> ours() throws IOException {
        List<JsonNode> properties = new ArrayList<>();
        for (var url : Collections.list(
                MetadataTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = url.openStream()) {
                Stream.of(new ObjectMapper().readTree(in))
                        .flatMap(root -> root.get("properties").valueStream())
                        .filter(property -> property.get("name").asString().matches("keyedsequential.*|.*keyedatoms.*"))
                        .forEach(properties::add);
            }
        }
        return properties;
    }
}
