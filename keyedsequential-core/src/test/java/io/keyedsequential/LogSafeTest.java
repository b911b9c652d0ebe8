package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogSafeTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Ünïcödé", "日本語", "emoji 😀 and family 👨‍👩‍👧", "עברית", "C:\\new"})
    void whatIsOnOneLineStaysAsItIs(String text) {
        assertThat(LogSafe.of(text)).isSameAs(text);
    }

    @ParameterizedTest
    @CsvSource({
        "000a, \\n",
        "000d, \\r",
        "0009, \\t",
        "0000, \\u0000",
        "001b, \\u001b",
        "007f, \\u007f",
        "0085, \\u0085",
        "009b, \\u009b",
        "2028, \\u2028",
        "2029, \\u2029",
        "202e, \\u202e",
        "2066, \\u2066",
        "d800, \\ud800",
        "dc00, \\udc00"
    })
    void whatEndsALineOrSteersATerminalIsEscaped(String hex, String escaped) {
        char bad = (char) Integer.parseInt(hex, 16);
        assertThat(LogSafe.of("a" + bad + "b")).isEqualTo("a" + escaped + "b");
        assertThat(LogSafe.of(String.valueOf(bad))).isEqualTo(escaped);
    }

    @Test
    void aLongTextIsCutBetweenCharacters() {
        assertThat(LogSafe.of("abcdef", 6)).isEqualTo("abcdef");
        assertThat(LogSafe.of("abcdefg", 6)).isEqualTo("abcdef…");
        assertThat(LogSafe.of("abc😀def", 4)).isEqualTo("abc…");
        assertThat(LogSafe.of("abc😀def", 5)).isEqualTo("abc😀…");
        assertThat(LogSafe.of("a\nb" + "c".repeat(1_000_000), 3)).isEqualTo("a\\nb…");
    }
}
