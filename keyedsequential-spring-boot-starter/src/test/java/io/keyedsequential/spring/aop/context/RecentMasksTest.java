package io.keyedsequential.spring.aop.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.KeyMask;
import org.junit.jupiter.api.Test;

class RecentMasksTest {

    private final KeyMask mask = new KeyMask();
    private final RecentMasks recent = new RecentMasks(mask);

    @Test
    void theMaskOfAKeyThatCameLatelyIsNotComputedAgain() {
        assertThat(recent.of("ada")).isEqualTo(mask.mask("ada")).isSameAs(recent.of("ada"));
    }

    /** Equal hashes: they have the same place. */
    @Test
    void keysThatCompeteForAPlaceKeepTheirOwnMasks() {
        String first = "Aa";
        String second = "BB";
        assertThat(first).hasSameHashCodeAs(second);
        for (int i = 0; i < 2; i++) {
            assertThat(recent.of(first)).isEqualTo(mask.mask(first));
            assertThat(recent.of(second)).isEqualTo(mask.mask(second));
        }
    }

    @Test
    void hashesMayBeNegative() {
        assertThat(recent.of(Integer.MIN_VALUE)).isEqualTo(mask.mask(Integer.MIN_VALUE));
    }
}
