package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties under {@code keyedsequential} that nothing reads. */
class UnknownPropertiesTest {

    @ParameterizedTest
    @CsvSource({
        "keyedsequential.atom.orders.max-concurrency, keyedsequential.atoms.orders.max-concurrency",
        "keyedsequential.default.capacity, keyedsequential.defaults.capacity",
        "keyedsequential.shutdown.drain-timeot, keyedsequential.shutdown.drain-timeout",
        "keyedsequential.shutdwn.drain-timeout, keyedsequential.shutdown.drain-timeout",
        "keyedsequential.unknown-atom, keyedsequential.unknown-atoms",
        "keyedsequential.enable, keyedsequential.enabled",
        "keyedsequential.events.saturation-intervall, keyedsequential.events.saturation-interval",
        "keyedsequential.healt.stuck-after, keyedsequential.health.stuck-after",
        "keyedsequential.context.mdckeys, keyedsequential.context.mdc-key",
        "keyedsequential.observation.enabled, keyedsequential.observations.enabled",
    })
    void oneThatIsMisspelledEndsTheStartAndIsToldWhatItMayHaveMeant(String misspelled, String meant) {
        app().withPropertyValues(misspelled + "=1").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageStartingWith(misspelled + " (")
                .hasMessageEndingWith("is no property of keyedsequential; did you mean %s?", meant));
    }

    @Test
    void oneThatIsLikeNoneIsToldWithoutAGuess() {
        app().withPropertyValues("keyedsequential.zzzzzzzzzzzz.q=1").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageEndingWith("is no property of keyedsequential."));
    }

    @Test
    void allAreToldAtOnceAndSoAreSystemProperties() {
        app().withSystemProperties("keyedsequential.atom.a.window=1")
                .withPropertyValues("keyedsequential.default.window=1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll("keyedsequential.atom.a.window", "keyedsequential.default.window"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyedsequential.atoms.orders.max-concurrency=3",
                "keyedsequential.atoms[or.ders].max-concurrency=3",
                "keyedsequential.defaults.retry.max-attempts=3",
                "keyedsequential.unknownAtoms=warn",
                "keyedsequential.SHUTDOWN.drain_timeout=1s",
                "keyedsequential.observations.enabled=false",
                "keyedsequential.context.mdc=false",
                "keyedsequential.test.inline=true"
            })
    void whatIsKnownIsTakenInAnySpellingWhetherOrNotItIsReadInThisApplication(String property) {
        app().withPropertyValues(property).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void anotherModuleMayHavePropertiesThere() {
        @ConfigurationProperties("keyedsequential.cluster")
        record Cluster(String name) {}

        app().withBean(Cluster.class, () -> new Cluster("north"))
                .withPropertyValues("keyedsequential.cluster.name=north")
                .run(context -> assertThat(context).hasNotFailed());
        app().withPropertyValues("keyedsequential.cluster.name=north")
                .run(context -> assertThat(context).hasFailed());
    }
}
