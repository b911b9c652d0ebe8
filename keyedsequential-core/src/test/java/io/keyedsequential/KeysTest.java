package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.net.URI;
import java.net.URL;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    record Order(String customer, long number) {}

    record OfBytes(String name, byte[] bytes) {}

    record Nested(String name, OfBytes inner) {}

    record Lists(List<int[]> parts) {}

    record Recursive(String name, List<Recursive> parts) {}

    record ComparesItself(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof ComparesItself o && Arrays.equals(o.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    static class Plain {}

    static class OnlyEquals {
        @Override
        public boolean equals(Object other) {
            return other instanceof OnlyEquals;
        }
    }

    static class OnlyHash {
        @Override
        public int hashCode() {
            return Objects.hash(1);
        }
    }

    abstract static class Open {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                byte[].class,
                String[].class,
                Object[].class,
                int[][].class,
                StringBuilder.class,
                StringBuffer.class,
                AtomicLong.class,
                Plain.class,
                OnlyEquals.class,
                OnlyHash.class,
                OfBytes.class,
                Nested.class,
                Lists.class,
                URL.class,
                Thread.class
            })
    void aTypeWithoutSoundEqualsIsObjectedToWithCauseAndRemedy(Class<?> type) {
        assertThat(Keys.objection(type)).contains(type.getTypeName()).contains("take a ");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                Integer.class,
                long.class,
                UUID.class,
                URI.class,
                LocalDate.class,
                TimeUnit.class,
                Order.class,
                Recursive.class,
                ComparesItself.class,
                List.class,
                Open.class,
                Object.class,
                Number.class,
                Serializable.class,
                CharSequence.class,
                Class.class
            })
    void aTypeThatIsSoundOrNotKnownIsNotObjectedTo(Class<?> type) {
        assertThat(Keys.objection(type)).isNull();
    }

    /** As the parameters of a method say it. */
    @SuppressWarnings("unused")
    static void generic(
            List<byte[]> a,
            Map<String, List<Plain>> b,
            Optional<int[]> c,
            List<String> d,
            Class<byte[]> e,
            Supplier<byte[]> f) {}

    @Test
    void whatACollectionHoldsIsLookedAtWhereTheTypeSaysIt() {
        var types = Arrays.stream(KeysTest.class.getDeclaredMethods())
                .filter(method -> method.getName().equals("generic"))
                .findFirst()
                .orElseThrow()
                .getGenericParameterTypes();
        assertThat(Arrays.stream(types).map(type -> Keys.objection(type) != null))
                .containsExactly(true, true, true, false, false, false);
    }

    @Test
    void aKeyIsDescribedInOneBoundedLineWhateverItsToStringDoes() {
        OddKey key = new OddKey("a\r\nb\u2028c");
        assertThat(Keys.describe(key)).isEqualTo("a\uFFFD\uFFFDb\uFFFDc");
        key.text = () -> "x".repeat(1 << 20);
        assertThat(Keys.describe(key)).hasSize(Keys.LONGEST_DESCRIPTION).endsWith("x…");
        key.text = () -> null;
        assertThat(Keys.describe(key)).contains("OddKey").contains("null");
        key.throwing(new StackOverflowError());
        assertThat(Keys.describe(key)).contains("OddKey").contains("StackOverflowError");
        assertThat(Keys.describe(null)).isEqualTo("null");
    }
}
