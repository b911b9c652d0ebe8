package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class PropertiesTest {

    static class Orders {
        @KeyedSequential(key = "#p0", atom = "order-lines", maxConcurrency = 7, capacity = 70)
        public void process(String key) {}
    }

    private static CoordinatorOptions options(ApplicationContext context) {
        return registry(context).coordinator("order-lines").options();
    }

    @Test
    void withoutPropertiesTheAnnotationCountsAndCoreHasTheDefaults() {
        app().withBean(Orders.class).run(context -> {
            assertThat(options(context).maxConcurrency()).isEqualTo(7);
            assertThat(options(context).capacity()).isEqualTo(70);
            assertThat(options(context).perKeyConcurrency()).isEqualTo(CoordinatorOptions.DEFAULT_PER_KEY_CONCURRENCY);
            assertThat(options(context).overflowPolicy()).isEqualTo(CoordinatorOptions.DEFAULT_OVERFLOW_POLICY);
            assertThat(options(context).blockTimeout()).isEqualTo(CoordinatorOptions.DEFAULT_BLOCK_TIMEOUT);
            assertThat(options(context).window()).isEqualTo(CoordinatorOptions.DEFAULT_WINDOW);
            assertThat(options(context).windowAge()).isEqualTo(CoordinatorOptions.DEFAULT_WINDOW_AGE);
            assertThat(options(context).executor()).isNull();
        });
    }

    @Test
    void theAtomsPropertiesWinOverTheAnnotationWhichWinsOverTheDefaultsComponentByComponent() {
        app().withBean(Orders.class)
                .withPropertyValues(
                        "keyedsequential.defaults.max-concurrency=2",
                        "keyedsequential.defaults.capacity=20",
                        "keyedsequential.defaults.window=9",
                        "keyedsequential.defaults.fair-scheduling=true",
                        "keyedsequential.atoms.order-lines.max-concurrency=16",
                        "keyedsequential.atoms.order-lines.window-age=7s")
                .run(context -> {
                    assertThat(options(context).maxConcurrency()).isEqualTo(16);
                    assertThat(options(context).capacity()).isEqualTo(70);
                    assertThat(options(context).window()).isEqualTo(9);
                    assertThat(options(context).windowAge()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(options(context).fairScheduling()).isTrue();
                });
    }

    @Test
    void anAtomThatRejectsDoesNotInheritATimeForBlocking() {
        app().withBean(Orders.class)
                .withPropertyValues(
                        "keyedsequential.defaults.block-timeout=3s",
                        "keyedsequential.atoms.order-lines.overflow-policy=reject")
                .run(context -> assertThat(options(context).overflowPolicy()).isEqualTo(OverflowPolicy.REJECT));
    }

    @Test
    void everySpellingOfAnAtomsNameIsFound() {
        for (String spelling : new String[] {"order-lines", "orderLines", "ORDER_LINES", "orderlines", "Order_Lines"}) {
            app().withBean(Orders.class)
                    .withPropertyValues("keyedsequential.atoms." + spelling + ".window=3")
                    .run(context ->
                            assertThat(options(context).window()).as(spelling).isEqualTo(3));
        }
    }

    @Test
    void anEnvironmentVariableCannotSpellAHyphenByAnUnderscore() {
        app().withBean(Orders.class)
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "systemEnvironment", Map.of("KEYEDSEQUENTIAL_ATOMS_ORDER_LINES_MAXCONCURRENCY", "3"))))
                .run(context -> assertThat(options(context).maxConcurrency()).isEqualTo(7));
    }

    @Test
    void anEnvironmentVariableOverridesOneOptionOfAnAtomThatIsConfiguredElsewhere() {
        app().withBean(Orders.class)
                .withPropertyValues(
                        "keyedsequential.atoms.order-lines.max-concurrency=16",
                        "keyedsequential.atoms.order-lines.window=5")
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "systemEnvironment",
                                Map.of(
                                        "KEYEDSEQUENTIAL_ATOMS_ORDERLINES_MAXCONCURRENCY", "3",
                                        "KEYEDSEQUENTIAL_ATOMS_ORDERLINES_RETRY_MAXATTEMPTS", "4"))))
                .run(context -> {
                    assertThat(options(context).maxConcurrency()).isEqualTo(3);
                    assertThat(options(context).retryPolicy().maxAttempts()).isEqualTo(4);
                    assertThat(options(context).window()).isEqualTo(5);
                });
    }

    @Test
    void aConfiguredAtomThatNobodyDeclaresIsReportedWithTheKnownOnesAndTheNearest(CapturedOutput output) {
        app().withBean(Orders.class)
                .withPropertyValues(
                        "keyedsequential.atoms.order-lins.window=3",
                        "keyedsequential.atoms.mail.window=3",
                        "keyedsequential.atoms.orderLines.window=3")
                .run(context -> assertThat(output.getAll().lines().filter(line -> line.contains("WARN")))
                        .satisfiesExactly(
                                line -> assertThat(line)
                                        .endsWith(
                                                "keyedsequential.atoms.order-lins configures an atom that is not declared;"
                                                        + " known atoms: [order-lines]; did you mean"
                                                        + " keyedsequential.atoms.order-lines?"),
                                line -> assertThat(line)
                                        .endsWith("keyedsequential.atoms.mail configures an atom that is not declared;"
                                                + " known atoms: [order-lines]")));
    }

    @Test
    void aDrainThatSpringWouldNotWaitForIsReported(CapturedOutput output) {
        app().withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=40s")
                .withPropertyValues("keyedsequential.shutdown.drain-timeout=39s")
                .run(context -> assertThat(output).doesNotContain("drain-timeout"));
        app().run(context -> assertThat(output).doesNotContain("drain-timeout"));
        app().withPropertyValues("keyedsequential.shutdown.drain-timeout=30s").run(context -> assertThat(output)
                .contains("keyedsequential.shutdown.drain-timeout (PT30S) is not shorter than"
                        + " spring.lifecycle.timeout-per-shutdown-phase (PT30S)"));
    }

    static class Customized {
        // snippet: customizer
        @Bean
        CoordinatorOptionsCustomizer moreForOrders() {
            return (atom, builder) -> {
                if (atom.equals("order-lines")) {
                    builder.maxConcurrency(1);
                }
            };
        }
        // end: customizer
    }

    @Test
    void aCustomizerHasTheLastWord() {
        app().withBean(Orders.class)
                .withUserConfiguration(Customized.class)
                .withPropertyValues("keyedsequential.atoms.order-lines.max-concurrency=16")
                .run(context -> assertThat(options(context).maxConcurrency()).isEqualTo(1));
    }

    @Test
    void customizersAreAppliedInTheirOrder() {
        app().withBean(Orders.class)
                .withBean("second", OrderedCustomizer.class, () -> new OrderedCustomizer(2))
                .withBean("first", OrderedCustomizer.class, () -> new OrderedCustomizer(1))
                .run(context -> assertThat(options(context).maxConcurrency()).isEqualTo(2));
    }

    record OrderedCustomizer(int getOrder) implements CoordinatorOptionsCustomizer, Ordered {
        @Override
        public void customize(String atom, KeyedCoordinator.Builder<Object> builder) {
            builder.maxConcurrency(getOrder);
        }
    }
}
