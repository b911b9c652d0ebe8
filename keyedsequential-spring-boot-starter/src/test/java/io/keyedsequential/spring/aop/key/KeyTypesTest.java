package io.keyedsequential.spring.aop.key;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types of keys that order nothing end the start-up, where declarations tell them. */
class KeyTypesTest {

    static final class Plain {
        public String id() {
            return "";
        }
    }

    record Hash(byte[] bytes) {}

    record Pair(String tenant, List<Hash> hashes) {}

    record Order(Plain customer, Hash hash, StringBuilder text, String id, UUID uuid) {}

    static class ArrayKey {
        @KeyedSequential(key = "#id")
        public void process(byte[] id) {}
    }

    static class VarargsKey {
        @KeyedSequential(key = "#ids")
        public void process(String... ids) {}
    }

    static class RecordOfArrayKey {
        @KeyedSequential(key = "#order.hash")
        public void process(Order order) {}
    }

    static class DeepRecordKey {
        @KeyedSequential(key = "#pair")
        public void process(Pair pair) {}
    }

    static class BuilderKey {
        @KeyedSequential(key = "#order?.text")
        public void process(Order order) {}
    }

    static class IdentityKey {
        @KeyedSequential(key = "#order.customer")
        public void process(Order order) {}
    }

    static class CollectionKey {
        @KeyedSequential(key = "#ids")
        public void process(List<byte[]> ids) {}
    }

    static class OptionalKey {
        @KeyedSequential(key = "#id")
        public void process(Optional<Plain> id) {}
    }

    static class PartKey {
        @KeyedSequential(key = "{#tenant, #order.hash}")
        public void process(String tenant, Order order) {}
    }

    static class MethodKey {
        @KeyedSequential(key = "#name.toCharArray()")
        public void process(String name) {}
    }

    static class BranchKey {
        @KeyedSequential(key = "#id != null ? #id : #other")
        public void process(String id, Hash other) {}
    }

    abstract static class Base<K> {
        @KeyedSequential(key = "#key")
        public void process(K key) {}
    }

    static class InheritedKey extends Base<StringBuilder> {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                ArrayKey.class,
                VarargsKey.class,
                RecordOfArrayKey.class,
                DeepRecordKey.class,
                BuilderKey.class,
                IdentityKey.class,
                CollectionKey.class,
                OptionalKey.class,
                PartKey.class,
                MethodKey.class,
                BranchKey.class,
                InheritedKey.class
            })
    void theStartEndsWithTheMethodTheCauseAndTheRemedy(Class<?> bean) {
        app().withBean(bean).run(context -> assertThat(context)
                .getFailure()
                .isInstanceOfSatisfying(MisconfiguredAtomException.class, failure -> {
                    assertThat(failure).hasMessageContainingAll("KeyTypesTest$", ".process(", "orders nothing: ");
                    assertThat(failure.action()).startsWith("Take a String");
                }));
    }

    static class Sound {
        @KeyedSequential(key = "#id")
        public void text(String id) {}

        @KeyedSequential(key = "#id")
        public void number(long id) {}

        @KeyedSequential(key = "#id.uuid")
        public void uuid(Order id) {}

        @KeyedSequential(key = "#order.customer.id()")
        public void called(Order order) {}

        @KeyedSequential(key = "{#tenant, #order.id}")
        public void parts(String tenant, Order order) {}

        @KeyedSequential(key = "#ids")
        public void list(List<String> ids) {}

        @KeyedSequential(key = "#unit")
        public void constant(TimeUnit unit) {}

        @KeyedSequential(key = "#date")
        public void date(Date date) {}

        @KeyedSequential(key = "#any")
        public void unknown(Object any) {}

        @KeyedSequential(key = "#any")
        public void face(CharSequence any) {}

        @KeyedSequential(key = "#ids.length")
        public void length(String[] ids) {}
    }

    @Test
    void typesThatAreSoundOrNotKnownAreTaken() {
        app().withBean(Sound.class).run(context -> assertThat(context).hasNotFailed());
    }
}
