package io.keyedsequential.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.engine.FakeEngine;
import io.keyedsequential.spring.metrics.MeteredApps.Orders;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What docs/metrics.md, the dashboard and the alert rules say is what a scrape shows, and the other way round. */
class DocumentedMetersTest {

    private static final Path DOCS = docs();

    /** Types of our table by those of Prometheus. */
    private static final Map<String, String> TYPES =
            Map.of("summary", "timer", "histogram", "timer", "gauge", "gauge", "counter", "counter");

    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `(?<name>keyedsequential\\.\\S+)` \\| `(?<prometheus>\\w+)` \\| (?<type>\\w+) \\| (?<unit>[^|]*) \\| (?<tags>[^|]*) \\|");

    private static final Pattern NAME = Pattern.compile("\\bkeyedsequential_\\w+");

    private static String scrape = "";
    private static Set<String> meters = Set.of();

    record Row(String name, String prometheus, String type, String unit, String tags) {}

    /** An atom that all instances share has meters of its own. */
    static class Shipments {
        @KeyedSequential(key = "#parcel", atom = "shipments")
        void ship(String parcel) {}
    }

    @BeforeAll
    static void scrapeAnApplicationThatIsConfiguredAsDocumented() {
        MeteredApps.bare()
                .withConfiguration(AutoConfigurations.of(PrometheusMetricsExportAutoConfiguration.class))
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withPropertyValues("spring.config.location=classpath:/metrics/distribution.yml")
                .withBean(Orders.class)
                .withBean(FakeEngine.class)
                .withBean(Shipments.class)
                .withPropertyValues("keyedsequential.atoms.shipments.engine=fake")
                .run(context -> {
                    context.getBean(Orders.class).order("a").join();
                    Apps.assertAtRest(context);
                    PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
                    scrape = registry.scrape();
                    meters = new TreeSet<>();
                    registry.getMeters().stream()
                            .map(meter -> meter.getId().getName())
                            .filter(name -> name.startsWith("keyedsequential."))
                            .forEach(meters::add);
                });
        assertThat(scrape).isNotEmpty();
    }

    @Test
    void everyMeterIsInTheTableAndNothingElse() throws IOException {
        assertThat(table()).extracting(Row::name).containsExactlyInAnyOrderElementsOf(meters);
    }

    @Test
    void theScrapeShowsEveryMeterUnderItsPrometheusNameAndNothingElse() throws IOException {
        Map<String, String> shown = new TreeMap<>();
        find("(?m)^# TYPE (keyedsequential_\\w+) (\\w+)$", scrape)
                .forEach(line -> shown.put(line.group(1), TYPES.get(line.group(2))));
        shown.keySet().removeIf(name -> shown.containsKey(name.replaceAll("_max$", "")) && name.endsWith("_max"));
        Map<String, String> documented = new TreeMap<>();
        table().forEach(row -> documented.put(row.prometheus(), row.type()));
        assertThat(shown).isEqualTo(documented);
    }

    /** Where nothing is configured the meters are of another kind, which Prometheus must not notice. */
    @Test
    void withoutADistributionTheTimesAreScrapedUnderTheSameNames() {
        MeteredApps.bare()
                .withConfiguration(AutoConfigurations.of(PrometheusMetricsExportAutoConfiguration.class))
                .withBean(Orders.class)
                .withBean("others", KeyedCoordinator.class, () -> KeyedCoordinator.builder("others")
                        .build())
                .run(context -> {
                    context.getBean(Orders.class).order("a").join();
                    Apps.assertAtRest(context);
                    String plain =
                            context.getBean(PrometheusMeterRegistry.class).scrape();
                    for (String sample : List.of("count", "sum", "max")) {
                        for (String meter : List.of("operations", "wait")) {
                            String pattern = "(?m)^keyedsequential_%s_seconds_%s\\{(.*)} ".formatted(meter, sample);
                            assertThat(find(pattern, plain))
                                    .as("%s of %s in %s", sample, meter, plain)
                                    .extracting(labels -> labels.group(1))
                                    .containsExactlyInAnyOrderElementsOf(labels(meter));
                        }
                    }
                    assertThat(find("(?m)^keyedsequential_\\w+_max_seconds", plain))
                            .isEmpty();
                });
    }

    private static List<String> labels(String meter) {
        return Stream.of("orders", "others")
                .map("atom=\"%s\""::formatted)
                .flatMap(atom -> meter.equals("wait")
                        ? Stream.of(atom)
                        : Stream.of("completed", "failed", "cancelled")
                                .map(outcome -> atom + ",outcome=\"" + outcome + "\""))
                .toList();
    }

    @Test
    void theScrapeHasTheLabelsOfTheTable() throws IOException {
        for (Row row : table()) {
            Set<String> labels = new TreeSet<>();
            find("(?m)^" + row.prometheus() + "(?:_count)?\\{([^}]*)}", scrape)
                    .forEach(sample -> find("(\\w+)=\"", sample.group(1)).forEach(tag -> labels.add(tag.group(1))));
            Set<String> documented = new TreeSet<>(Set.of("application")); // the one that distribution.yml adds to all
            find("`(\\w+)`", row.tags()).forEach(tag -> documented.add(tag.group(1)));
            assertThat(labels).as(row.name()).isEqualTo(documented);
        }
    }

    @Test
    void theDistributionIsAsConfigured() {
        assertThat(scrape)
                .contains("keyedsequential_wait_seconds_bucket{application=\"order-desk\",atom=\"orders\",le=\"0.1\"} ")
                .contains(
                        "keyedsequential_wait_seconds_bucket{application=\"order-desk\",atom=\"orders\",le=\"10.0\"} ");
        assertThat(find("(?m)^keyedsequential_wait_seconds_bucket\\{.*atom=\"orders\"", scrape))
                .hasSize(4); // and infinity
        assertThat(find("(?m)^keyedsequential_operations_seconds_bucket\\{.*outcome=\"completed\"", scrape))
                .hasSizeGreaterThan(50);
    }

    @Test
    void theDashboardAsksForWhatThereIsAndShowsAllOfIt() throws IOException {
        List<String> queries = new ArrayList<>();
        dashboard().path("panels").forEach(panel -> panel.path("targets")
                .forEach(target -> queries.add(target.path("expr").asString())));
        assertThat(samplesOf(queries)).isNotEmpty().isSubsetOf(samplesOf(List.of(scrape)));
        for (Row row : table()) {
            assertThat(samplesOf(queries)).as(row.name()).anyMatch(name -> name.startsWith(row.prometheus()));
        }
    }

    @Test
    void theDashboardIsImportedWithADataSourceAndGoesByApplicationInstanceAndAtom() throws IOException {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.path("__inputs").path(0).path("name").asString()).isEqualTo("DS_PROMETHEUS");
        assertThat(dashboard.findValuesAsString("uid")).containsOnly("keyedsequential", "${DS_PROMETHEUS}");
        assertThat(dashboard.path("templating").path("list").findValuesAsString("name"))
                .containsExactly("application", "instance", "atom");
        assertThat(dashboard.path("panels").findValuesAsString("expr"))
                .isNotEmpty()
                .allMatch(query ->
                        query.contains("{application=~\"$application\", instance=~\"$instance\", atom=~\"$atom\"}"));
        List<Integer> ids = new ArrayList<>();
        dashboard.path("panels").forEach(panel -> ids.add(panel.path("id").asInt()));
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    @SuppressWarnings("unchecked")
    void theAlertsAskForWhatThereIsAndSayWhatToDo() throws IOException {
        Map<String, List<Map<String, Object>>> file =
                new Yaml().load(Files.readString(DOCS.resolve("prometheus-alerts.yml")));
        List<Map<String, Object>> rules =
                (List<Map<String, Object>>) file.get("groups").get(0).get("rules");
        assertThat(rules)
                .extracting(rule -> rule.get("alert"))
                .contains(
                        "KeyedSequentialStuck",
                        "KeyedSequentialHangs",
                        "KeyedSequentialParked",
                        "KeyedSequentialSaturated");
        for (Map<String, Object> rule : rules) {
            assertThat(rule).containsKeys("expr", "for", "labels");
            assertThat((Map<String, String>) rule.get("annotations")).containsOnlyKeys("summary", "description");
            assertThat(samplesOf(List.of((String) rule.get("expr"))))
                    .isNotEmpty()
                    .isSubsetOf(samplesOf(List.of(scrape)));
        }
    }

    private static JsonNode dashboard() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(DOCS.resolve("grafana-dashboard.json")));
    }

    private static List<Row> table() throws IOException {
        List<Row> rows = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(DOCS.resolve("metrics.md")));
        while (row.find()) {
            rows.add(new Row(
                    row.group("name"),
                    row.group("prometheus"),
                    row.group("type"),
                    row.group("unit").strip(),
                    row.group("tags").strip()));
        }
        assertThat(rows).isNotEmpty();
        return rows;
    }

    /** The names of ours that a text mentions, comments left out. */
    private static Set<String> samplesOf(List<String> texts) {
        Set<String> names = new TreeSet<>();
        for (String text : texts) {
            text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> NAME.matcher(line).results().forEach(name -> names.add(name.group())));
        }
        return names;
    }

    private static List<MatchResult> find(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().toList();
    }

    private static Path docs() {
        Path here = Path.of("").toAbsolutePath();
        return (Files.isDirectory(here.resolve("docs")) ? here : here.getParent()).resolve("docs");
    }
}
