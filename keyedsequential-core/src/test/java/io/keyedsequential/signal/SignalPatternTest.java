package io.keyedsequential.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalPatternTest {

    @ParameterizedTest
    @CsvSource({
        "orders.paused, orders.paused",
        "*, orders.paused",
        "orders.*, orders.paused",
        "orders.*, orders.",
        "*.paused, orders.paused",
        "*d*s*, orders.paused",
        "**, a",
        "a**b, ab",
        "*ab, aab",
        "*aab, aaab",
        "?, a",
        "?*?, ab",
        "orders.lane-?, orders.lane-7",
        "a.c, a.c",
        "[a-z]+, [a-z]+",
        "?, \uD83D\uDE00",
        "*?, \uD83D\uDE00",
        "?*, \uD83D\uDE00"
    })
    void matches(String pattern, String name) {
        assertThat(new SignalPattern(pattern).matches(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "orders.paused, orders.Paused",
        "orders.paused, orders.pause",
        "orders.paused, orders.pausedd",
        "orders.*, orders",
        "orders.*, xorders.paused",
        "*.paused, orders.paused.",
        "?, ab",
        "??, a",
        "?*?, a",
        "a?b, ab",
        "a*b, acbc",
        "a.c, abc",
        "[a-z]+, abc",
        "??, \uD83D\uDE00"
    })
    void doesNotMatch(String pattern, String name) {
        assertThat(new SignalPattern(pattern).matches(name)).isFalse();
    }

    @Test
    void agreesWithTheRegularExpressionOfTheSameMeaning() {
        long seed = Long.getLong("keyedsequential.seed", System.nanoTime());
        Random random = new Random(seed);
        int matched = 0;
        for (int i = 0; i < 200_000; i++) {
            String pattern = text(random, "a", "b", ".", "*", "?", "*", "\uD83D\uDE00");
            String name = text(random, "a", "b", ".", "a", "\n", "\uD83D\uDE00");
            boolean expected = regex(pattern).matcher(name).matches();
            assertThat(new SignalPattern(pattern).matches(name))
                    .as("pattern <%s>, name <%s>, seed %d", pattern, name, seed)
                    .isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).as("both answers were met").isBetween(10_000, 190_000);
    }

    private static String text(Random random, String... characters) {
        StringBuilder text = new StringBuilder();
        for (int length = 1 + random.nextInt(8); length > 0; length--) {
            text.append(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    private static Pattern regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        pattern.codePoints().forEach(each -> {
            switch (each) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(each)));
            }
        });
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    @Test
    void aCharacterIsNotCutInTwo() {
        assertThat(new SignalPattern("*\uDE00").matches("\uD83D\uDE00")).isFalse();
    }

    @Test
    void manyStarsDoNotMakeItExplode() {
        SignalPattern pattern = new SignalPattern("*a".repeat(100) + "b");
        String name = "a".repeat(5_000);
        boolean matches = Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> pattern.matches(name));
        assertThat(matches).isFalse();
    }

    @Test
    void isAValue() {
        assertThat(new SignalPattern("orders.*"))
                .isEqualTo(new SignalPattern("orders.*"))
                .isNotEqualTo(new SignalPattern("orders.?"))
                .hasToString("orders.*");
    }
}
