package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.JsonNode;

class MetadataTest {

    private static final String DEFAULTS = "keyedsequential.defaults.";

    /** Left to what the machine, another option or the application has, or to nothing at all; the description says so. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of(
            "max-concurrency",
            "call-timeout",
            "capacity-per-key",
            "priority",
            "queue-timeout",
            "run-timeout",
            "retry.dont-retry-on",
            "retry.retry-if",
            "exhausted-policies",
            "signals",
            "defer-on",
            "resume-on",
            "shed-on",
            "drain-on",
            "executor");

    @Test
    void everyPropertyIsDescribed() {
        assertThat(Metadata.properties())
                .extracting(Metadata::name)
                .contains(
                        "keyedsequential.enabled",
                        "keyedsequential.atoms",
                        "keyedsequential.unknown-atoms",
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
                        "management.endpoint.keyedatoms.page.enabled",
                        "management.endpoint.keyedatoms.access");
        assertThat(Metadata.properties())
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(Metadata.name(property))
                        .matches("(?s)[A-Z].*\\."));
    }

    @Test
    void everyOptionOfAnAtomIsAProperty() throws IllegalAccessException {
        List<String> options = new ArrayList<>(List.of(DEFAULTS + "exhausted-policies"));
        for (var field : AtomOption.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                options.add(DEFAULTS + field.get(null));
            }
        }
        assertThat(Metadata.properties())
                .extracting(Metadata::name)
                .filteredOn(name -> name.startsWith(DEFAULTS))
                .containsExactlyInAnyOrderElementsOf(options);
    }

    @Test
    void everyOptionOfTheCoordinatorIsAPropertyOfAnAtom() {
        List<String> ofCore = Stream.concat(
                        Arrays.stream(CoordinatorOptions.class.getDeclaredMethods())
                                .filter(method ->
                                        method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
                                .map(method -> kebabCase(method.getName())),
                        Arrays.stream(RetryPolicy.class.getDeclaredMethods())
                                .filter(method -> method.getParameterCount() == 0
                                        && Modifier.isPublic(method.getModifiers())
                                        && !Modifier.isStatic(method.getModifiers()))
                                .map(method -> "retry." + kebabCase(method.getName())))
                .filter(option -> !option.endsWith("to-string") && !option.equals("values")) // which hold the others
                .toList();
        // The life cycle drains and closes; listeners are beans, for all atoms; the policy is the group retry; how keys
        // are named
        // is said once for the whole log.
        List<String> elsewhere = List.of("close-timeout", "key-names", "listener", "retry-policy");
        assertThat(ofCore).containsAll(elsewhere);
        assertThat(Metadata.properties())
                .extracting(Metadata::name)
                .containsAll(ofCore.stream()
                        .filter(option -> !elsewhere.contains(option))
                        .map(DEFAULTS::concat)
                        .toList());
    }

    @Test
    void everyPropertyThatHasADefaultSaysItAndItIsTheOneOfCore() {
        Map<String, Object> ofCore = Map.ofEntries(
                Map.entry("engine", RegisteredAtom.MEMORY),
                Map.entry("per-key-concurrency", CoordinatorOptions.DEFAULT_PER_KEY_CONCURRENCY),
                Map.entry("capacity", CoordinatorOptions.DEFAULT_CAPACITY),
                Map.entry("overflow-policy", CoordinatorOptions.DEFAULT_OVERFLOW_POLICY),
                Map.entry("block-timeout", CoordinatorOptions.DEFAULT_BLOCK_TIMEOUT),
                Map.entry("fair-scheduling", CoordinatorOptions.DEFAULT_FAIR_SCHEDULING),
                Map.entry("window", CoordinatorOptions.DEFAULT_WINDOW),
                Map.entry("window-age", CoordinatorOptions.DEFAULT_WINDOW_AGE),
                Map.entry("retry.max-attempts", CoordinatorOptions.DEFAULT_RETRY_POLICY.maxAttempts()),
                Map.entry("retry.backoff", RetryPolicy.DEFAULT_BACKOFF),
                Map.entry("retry.multiplier", RetryPolicy.DEFAULT_MULTIPLIER),
                Map.entry("retry.max-backoff", RetryPolicy.DEFAULT_MAX_BACKOFF),
                Map.entry("retry.jitter", RetryPolicy.DEFAULT_JITTER),
                Map.entry("retry.retry-on", "[\"" + RetryPolicy.DEFAULT_RETRY_ON.getName() + "\"]"),
                Map.entry("exhausted-policy", CoordinatorOptions.DEFAULT_EXHAUSTED_POLICY));
        for (JsonNode property : Metadata.properties()) {
            String name = Metadata.name(property);
            if (name.startsWith(DEFAULTS)) {
                String option = name.substring(DEFAULTS.length());
                Optional<JsonNode> said = Optional.ofNullable(property.get("defaultValue"));
                if (WITHOUT_DEFAULT.contains(option)) {
                    assertThat(said).as(name).isEmpty();
                } else {
                    assertThat(said).as(name).isPresent();
                    assertThat(comparable(said.orElseThrow(), ofCore.get(option)))
                            .as(name)
                            .isEqualTo(ofCore.get(option).toString().toLowerCase(Locale.ROOT));
                }
            }
        }
        assertThat(Metadata.properties())
                .filteredOn(
                        property -> !Metadata.name(property)
                                .matches(
                                        "keyedsequential\\.(defaults|atoms).*|.*roles|.*status-when-stuck|.*observations\\.enabled|.*mask-secret|.*keyedatoms\\.(instance|trace-url)"))
                .allSatisfy(property -> assertThat(property.has("defaultValue"))
                        .as(Metadata.name(property))
                        .isTrue());
    }

    private static String comparable(JsonNode said, Object ofCore) {
        if (ofCore instanceof Double) {
            return String.valueOf(said.asDouble());
        }
        String text = said.isArray() ? said.toString() : said.asString();
        return (ofCore instanceof Duration ? DurationStyle.detectAndParse(text).toString() : text)
                .toLowerCase(Locale.ROOT);
    }

    @Test
    void everyConstantOfAnEnumerationIsHintedAndExplained() throws ClassNotFoundException {
        int enums = 0;
        for (JsonNode property : Metadata.properties()) {
            Class<?> type = typeOf(property.get("type").asString());
            if (type.isEnum() && !Metadata.name(property).endsWith(".access")) { // that hint is Boot's own
                enums++;
                JsonNode hint = hint(Metadata.name(property));
                assertThat(hint.get("values").valueStream().map(value -> value.get("value")
                                .asString()))
                        .as(Metadata.name(property))
                        .containsExactlyInAnyOrderElementsOf(Arrays.stream(type.getEnumConstants())
                                .map(constant -> kebabCase(constant.toString()))
                                .toList());
                assertThat(hint.get("values").valueStream()).allSatisfy(value -> assertThat(
                                value.path("description").asString(""))
                        .as(Metadata.name(property))
                        .matches("[A-Z].*\\."));
            }
        }
        assertThat(enums).isGreaterThanOrEqualTo(4);
        assertThat(hint(DEFAULTS + "exhausted-policies.values").get("values"))
                .isEqualTo(hint(DEFAULTS + "exhausted-policy").get("values"));
    }

    @Test
    void propertiesThatNameBeansOrClassesHintAtTheirType() {
        Map<String, String> beans = Map.of(
                "executor", "java.util.concurrent.Executor",
                "priority", "java.util.function.ToIntFunction",
                "signals", "io.keyedsequential.signal.SignalSink",
                "retry.retry-if", "java.util.function.Predicate");
        beans.forEach((option, type) -> assertProvider(option, "spring-bean-reference", type));
        for (String option : List.of("retry.retry-on", "retry.dont-retry-on", "exhausted-policies.keys")) {
            assertProvider(option, "class-reference", "java.lang.Throwable");
        }
    }

    private static void assertProvider(String option, String provider, String target) {
        JsonNode hint = hint(DEFAULTS + option).get("providers").get(0);
        assertThat(Metadata.name(hint)).as(option).isEqualTo(provider);
        assertThat(hint.get("parameters").get("target").asString()).as(option).isEqualTo(target);
    }

    @Test
    void everyHintIsForAProperty() {
        List<String> names = Metadata.properties().stream().map(Metadata::name).toList();
        assertThat(Metadata.hints())
                .extracting(Metadata::name)
                .allMatch(hint -> names.contains(hint) || names.contains(hint.replaceAll("\\.(keys|values)$", "")));
    }

    private static JsonNode hint(String name) {
        return Metadata.hints().stream()
                .filter(hint -> Metadata.name(hint).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no hint for " + name));
    }

    private static Class<?> typeOf(String name) throws ClassNotFoundException {
        return name.contains("<") ? Map.class : Class.forName(name);
    }

    private static String kebabCase(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }
}
