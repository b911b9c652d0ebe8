package io.keyedsequential.spring.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.engine.StoredCall.StoredKey;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Keys that are equal have one text; others are refused. */
class StoredKeyTest {

    private static String of(Object key) {
        return StoredKey.of("orders", key);
    }

    @Test
    void typesWhoseTextSaysAllAreTaken() {
        UUID id = UUID.randomUUID();
        assertThat(of("a b")).isEqualTo("a b");
        assertThat(of("")).isEmpty();
        assertThat(of(4711L)).isEqualTo("4711");
        assertThat(of(new BigDecimal("1.50"))).isEqualTo("1.50");
        assertThat(of(id)).isEqualTo(id.toString());
        assertThat(of(DayOfWeek.MONDAY)).isEqualTo("MONDAY");
        assertThat(of(true)).isEqualTo("true");
        assertThat(of('x')).isEqualTo("x");
        assertThat(of(LocalDate.of(2026, 11, 29))).isEqualTo("2026-11-29");
        assertThat(of("x".repeat(200))).hasSize(200);
    }

    @Test
    void typesWhoseTextMayDifferAreRefused() {
        for (Object key : List.of(new Object(), new Date(), new AtomicLong(), List.of("a"), new int[0])) {
            assertThatThrownBy(() -> of(key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "orders: the key is a " + key.getClass().getName())
                    .hasMessageContaining("Use a String, a number, a UUID");
        }
    }

    @Test
    void textsThatColumnsDoNotKeepAreRefused() {
        assertThatThrownBy(() -> of("x".repeat(201))).hasMessageContaining("201 characters; at most 200");
        assertThatThrownBy(() -> of("a\0b")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> of("\ud83d")).hasMessageContaining("half of a character");
    }
}
