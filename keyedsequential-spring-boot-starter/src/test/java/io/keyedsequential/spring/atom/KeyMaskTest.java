package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyMaskTest {

    private final KeyMask mask = new KeyMask();

    @Test
    void aMaskIsShortAndDoesNotShowTheKey() {
        assertThat(mask.mask("customer-7")).matches("#[0-9a-f]{12}").doesNotContain("customer");
    }

    @Test
    void equalKeysHaveOneMask() {
        record Key(String tenant, int number) {}
        assertThat(mask.mask(new Key("t", 1))).isEqualTo(mask.mask(new Key("t", 1)));
    }

    @Test
    void differentKeysHaveDifferentMasks() {
        Set<String> masks = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            masks.add(mask.mask(i));
        }
        assertThat(masks).hasSize(1_000);
    }

    @Test
    void aKeyThatFailsToPrintIsStillShownAsSomething() {
        Object broken = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("not yet");
            }
        };
        assertThat(mask.mask(broken)).matches("#[0-9a-f]{12}");
        assertThat(KeyMask.print(broken)).startsWith(broken.getClass().getName());
        assertThat(KeyMask.print("A")).isEqualTo("A");
    }

    @Test
    void anotherProcessMasksDifferently() {
        assertThat(new KeyMask().mask("customer-7")).isNotEqualTo(mask.mask("customer-7"));
    }
}
