package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration.UnknownAtoms;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AtomSettingsTest {

    private static AtomSettings.Builder at(String place) {
        return AtomSettings.source((option, value) -> "%s.%s = %s".formatted(place, option, value));
    }

    private static AtomSettings effective(AtomSettings atom, AtomSettings annotation, AtomSettings defaults) {
        return new AtomConfiguration(defaults, Map.of("orders", atom), UnknownAtoms.WARN)
                .effective("orders", annotation);
    }

    private static AtomSettings ofDefaults(AtomSettings atom, AtomSettings.Builder defaults) {
        return effective(atom, AtomSettings.NONE, defaults.build());
    }

    @Test
    void whatIsSaidAboveWinsAndWhatIsNotIsInherited() {
        AtomSettings upper = at("upper").with(AtomOption.MAX_CONCURRENCY, 9).build();
        AtomSettings lower = at("lower")
                .with(AtomOption.MAX_CONCURRENCY, 1)
                .with(AtomOption.WINDOW, 2)
                .build();
        AtomSettings both = upper.over(lower);
        assertThat(both.get(AtomOption.MAX_CONCURRENCY)).isEqualTo(9);
        assertThat(both.describe(AtomOption.MAX_CONCURRENCY)).isEqualTo("upper.max-concurrency = 9");
        assertThat(both.describe(AtomOption.WINDOW)).isEqualTo("lower.window = 2");
        assertThat(AtomSettings.NONE.over(lower)).isEqualTo(lower);
        assertThat(lower.over(AtomSettings.NONE)).isEqualTo(lower);
    }

    @Test
    void settingsAreEqualWhereverTheyAreSaid() {
        assertThat(at("here").with(AtomOption.WINDOW, 2).build())
                .isEqualTo(at("there").with(AtomOption.WINDOW, 2).build())
                .isNotEqualTo(at("here").with(AtomOption.WINDOW, 3).build());
    }

    @Test
    void exhaustedPoliciesAreInheritedTypeByType() {
        AtomSettings upper = at("upper")
                .with(AtomOption.exhaustedPolicy(IOException.class), ExhaustedPolicy.PARK)
                .build();
        AtomSettings lower = at("lower")
                .with(AtomOption.exhaustedPolicy(IOException.class), ExhaustedPolicy.SKIP)
                .with(AtomOption.exhaustedPolicy(Error.class), ExhaustedPolicy.HALT)
                .build();
        assertThat(upper.over(lower).given())
                .isEqualTo(Map.of(
                        AtomOption.exhaustedPolicy(IOException.class),
                        ExhaustedPolicy.PARK,
                        AtomOption.exhaustedPolicy(Error.class),
                        ExhaustedPolicy.HALT));
    }

    @Test
    void timesThatBelongToAnotherChoiceAreNotInherited() {
        AtomSettings upper = at("upper")
                .with(AtomOption.OVERFLOW_POLICY, OverflowPolicy.REJECT)
                .with(AtomOption.WINDOW, 0)
                .build();
        AtomSettings lower = at("lower")
                .with(AtomOption.BLOCK_TIMEOUT, Duration.ofSeconds(1))
                .with(AtomOption.WINDOW_AGE, Duration.ofSeconds(2))
                .build();
        assertThat(upper.over(lower)).isEqualTo(upper);
    }

    @Test
    void howToRetryIsNotInheritedByWhatDoesNotRetry() {
        AtomSettings.Builder how = at("defaults")
                .with(AtomOption.BACKOFF, Duration.ofSeconds(1))
                .with(AtomOption.MULTIPLIER, 3.0)
                .with(AtomOption.MAX_BACKOFF, Duration.ofSeconds(9))
                .with(AtomOption.JITTER, 0.1)
                .with(AtomOption.RETRY_ON, List.of(IOException.class));
        AtomSettings never = at("atom").with(AtomOption.MAX_ATTEMPTS, 1).build();
        AtomSettings atOnce = at("atom")
                .with(AtomOption.MAX_ATTEMPTS, 2)
                .with(AtomOption.BACKOFF, Duration.ZERO)
                .build();
        AtomSettings evenly = at("atom")
                .with(AtomOption.MAX_ATTEMPTS, 2)
                .with(AtomOption.MULTIPLIER, 1.0)
                .build();
        assertThat(ofDefaults(AtomSettings.NONE, how)).isEqualTo(AtomSettings.NONE);
        assertThat(ofDefaults(never, how)).isEqualTo(never);
        assertThat(ofDefaults(atOnce, how).given())
                .containsOnlyKeys(AtomOption.MAX_ATTEMPTS, AtomOption.BACKOFF, AtomOption.RETRY_ON);
        assertThat(ofDefaults(evenly, how).given())
                .doesNotContainKey(AtomOption.MAX_BACKOFF)
                .containsKey(AtomOption.JITTER);
        assertThat(ofDefaults(at("atom").with(AtomOption.MAX_ATTEMPTS, 2).build(), how)
                        .given())
                .hasSize(6);
        assertThat(ofDefaults(AtomSettings.NONE, how.with(AtomOption.MAX_ATTEMPTS, 5))
                        .given())
                .hasSize(6);
    }

    @Test
    void howToRetryIsKeptWhereItIsSaidAboutTheAtomItself() {
        AtomSettings how =
                at("atom").with(AtomOption.BACKOFF, Duration.ofSeconds(1)).build();
        assertThat(effective(how, AtomSettings.NONE, AtomSettings.NONE)).isEqualTo(how);
        assertThat(effective(AtomSettings.NONE, how, AtomSettings.NONE)).isEqualTo(how);
    }

    @Test
    void whatEndsAGateIsNotInheritedByAnAtomWithoutOne() {
        AtomSettings.Builder defaults = at("defaults").with(AtomOption.RESUME_ON, "breaker.closed");
        AtomSettings gate = at("atom").with(AtomOption.DEFER_ON, "breaker.open").build();
        assertThat(ofDefaults(AtomSettings.NONE, defaults)).isEqualTo(AtomSettings.NONE);
        assertThat(ofDefaults(gate, defaults).get(AtomOption.RESUME_ON)).isEqualTo("breaker.closed");
        AtomSettings vain =
                at("atom").with(AtomOption.RESUME_ON, "breaker.closed").build();
        assertThat(ofDefaults(vain, at("defaults"))).isEqualTo(vain);
    }

    @Test
    void aPolicyForEveryFailureIsSaidInOneWayAtATime() {
        AtomOption<ExhaustedPolicy> ofEveryFailure = AtomOption.exhaustedPolicy(Throwable.class);
        AtomSettings general =
                at("a").with(AtomOption.EXHAUSTED_POLICY, ExhaustedPolicy.PARK).build();
        AtomSettings byType = at("b").with(ofEveryFailure, ExhaustedPolicy.HALT).build();
        assertThat(general.over(byType)).isEqualTo(general);
        assertThat(byType.over(general)).isEqualTo(byType);
    }

    @Test
    void optionsHaveTheNamesOfTheCoordinatorsOptions() {
        assertThat(AtomOption.PER_KEY_CONCURRENCY.attribute()).isEqualTo("perKeyConcurrency");
        assertThat(AtomOption.DONT_RETRY_ON.attribute()).isEqualTo("dontRetryOn");
        assertThat(AtomOption.BACKOFF.isMentionedIn("maxBackoff must not be less than backoff (1s)"))
                .isTrue();
        assertThat(AtomOption.BACKOFF.isMentionedIn("maxBackoff must not")).isFalse();
        assertThat(AtomOption.exhaustedPolicy(Error.class).isMentionedIn("SKIP for java.lang.Error, which"))
                .isTrue();
    }
}
