package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties.AtomProperties;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ClassUtils;

/** An option is said once: as a row of the table. Everything else loops over it. */
class OptionTableTest {

    private static final Path SOURCES = Path.of("src/main/java");

    private static void collect(Class<?> properties, String prefix, Map<String, Class<?>> types) {
        for (RecordComponent component : properties.getRecordComponents()) {
            String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
            if (component.getType().isRecord()) {
                collect(component.getType(), name + ".", types);
            } else {
                types.put(name, component.getType());
            }
        }
    }

    @Test
    void everyComponentOfThePropertiesHasTheTypeOfItsOption() {
        Map<String, Class<?>> components = new LinkedHashMap<>();
        collect(AtomProperties.class, "", components);
        assertThat(components.remove("exhausted-policies")).isEqualTo(Map.class);
        Map<String, Class<?>> options = new LinkedHashMap<>();
        AtomOption.all().forEach(option -> options.put(option.property(), option.type()));
        assertThat(components).containsExactlyInAnyOrderEntriesOf(options);
    }

    /** Numbers are numbers there, or texts; everything else is a text, in which placeholders are resolved. */
    @Test
    void everyAttributeThatIsCalledAsAnOptionIsReadableAsItsType() {
        List<String> readable = new ArrayList<>();
        AtomOption.all().forEach(option -> Arrays.stream(KeyedSequential.class.getDeclaredMethods())
                .filter(attribute -> attribute.getName().equals(option.attribute()))
                .forEach(attribute -> {
                    boolean number = option.type() == Integer.class;
                    assertThat(attribute.getReturnType()).isEqualTo(number ? int.class : String.class);
                    assertThat(ClassUtils.hasMethod(KeyedSequential.class, attribute.getName() + "String"))
                            .isEqualTo(number);
                    readable.add(attribute.getName());
                }));
        assertThat(readable)
                .containsExactlyInAnyOrder(
                        "maxConcurrency",
                        "perKeyConcurrency",
                        "capacity",
                        "capacityPerKey",
                        "overflowPolicy",
                        "blockTimeout",
                        "callTimeout",
                        "fairScheduling",
                        "queueTimeout",
                        "runTimeout",
                        "maxAttempts",
                        "backoff",
                        "exhaustedPolicy");
    }

    /** A row, a component of the properties with its description, an attribute. The core adds a field, a setter and a getter. */
    @ParameterizedTest
    @ValueSource(strings = {"queue-timeout", "run-timeout", "fair-scheduling", "capacity-per-key"})
    void anOptionIsNamedInThreeFilesOfTheStarter(String property) throws IOException {
        String attribute = AtomOption.named(property).attribute();
        Pattern name = Pattern.compile("\\b(%s|%s|%s)\\b"
                .formatted(
                        property, attribute, property.toUpperCase(Locale.ROOT).replace('-', '_')));
        List<String> files = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                String code = Files.readString(source, StandardCharsets.UTF_8)
                        .replaceAll(
                                "(?s)/\\*\\*?.*?\\*/", "") // what is said about it is no place that has to be changed
                        .replaceAll("//[^\n]*", "");
                if (name.matcher(code).find()) {
                    files.add(source.getFileName().toString());
                }
            }
        }
        files.remove("AtomDescriptor.java"); // shows the limits of a coordinator, whatever has set them
        assertThat(files)
                .containsExactlyInAnyOrder("AtomOption.java", "KeyedSequentialProperties.java", "KeyedSequential.java");
    }
}
