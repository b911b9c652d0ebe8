package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OverflowPolicy;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AtomSettingsTest {

    private static final AtomSettings ALL = new AtomSettings(
            1, 2, 3, 4, OverflowPolicy.BLOCK, Duration.ofSeconds(5), true, 6, Duration.ofSeconds(7), "io");

    @Test
    void whatIsSaidAboveWinsAndWhatIsNotIsInherited() {
        assertThat(ALL.over(AtomSettings.limits(9, 9, 9, 9))).isEqualTo(ALL);
        assertThat(AtomSettings.NONE.over(ALL)).isEqualTo(ALL);
        assertThat(AtomSettings.limits(9, null, null, null).over(ALL).given())
                .containsEntry("maxConcurrency", 9)
                .containsEntry("perKeyConcurrency", 2);
    }

    @Test
    void everyComponentIsNamed() {
        assertThat(ALL.given().keySet())
                .containsExactlyElementsOf(Arrays.stream(AtomSettings.class.getRecordComponents())
                        .map(component -> component.getName())
                        .toList());
    }

    @Test
    void timesThatBelongToAnotherChoiceAreNotInherited() {
        AtomSettings upper = new AtomSettings(null, null, null, null, OverflowPolicy.REJECT, null, null, 0, null, null);
        assertThat(upper.over(ALL).blockTimeout()).isNull();
        assertThat(upper.over(ALL).windowAge()).isNull();
    }
}
