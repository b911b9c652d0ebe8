package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.KeyMask.SipHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipHashTest {

    /** The vectors that its authors published: the secret is 00 01 … 0f, the input 00 01 … of that length. */
    @ParameterizedTest
    @CsvSource({
        "0, 726fdb47dd0e0e31",
        "1, 74f839c593dc67fd",
        "2, 0d6c8009d9a94f5a",
        "3, 85676696d7fb7e2d",
        "7, ab0200f58b01d137",
        "8, 93f5f5799a932462",
        "15, a129ca6149be45e5",
        "16, 3f2acc7f57c29bdb",
        "63, 958a324ceb064572"
    })
    void itIsTheHashOfThePaper(int length, String expected) {
        assertThat(SipHash.of(counting(16)).hash(counting(length))).isEqualTo(Long.parseUnsignedLong(expected, 16));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "1234567",
                "12345678",
                "customer-4711",
                "1234567890123456",
                "\u007f",
                "\u0080",
                "caf\u00e9 12345678",
                "12345678\u20ac",
                "\ud83d\ude00",
                "a\ud83d",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void thatOfATextIsThatOfItsBytes(String text) {
        SipHash hash = SipHash.of(counting(16));
        assertThat(hash.hash(text)).isEqualTo(hash.hash(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
