package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the log is told of the types of keys that an atom sees. */
@Timeout(600)
class KeyTypesTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    record OfBytes(byte[] bytes) {}

    interface Party {}

    record Customer(String name) implements Party {}

    record Supplier(String name) implements Party {}

    record Stranger(String name) {}

    static class Base {
        @Override
        public boolean equals(Object other) {
            return other instanceof Base;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    static final class Proxy extends Base {}

    enum WithBodies {
        ONE {
            @Override
            int number() {
                return 1;
            }
        },
        OTHER;

        int number() {
            return 2;
        }
    }

    private final List<String> warned = new CopyOnWriteArrayList<>();
    private final KeyTypes types = new KeyTypes("orders", warned::add);

    private void see(Object... keys) {
        Arrays.asList(keys).forEach(types::see);
    }

    @Test
    void aTypeThatOrdersNothingIsToldOnceWithCauseAndRemedy() {
        for (int i = 0; i < 3; i++) {
            see((Object) new byte[] {1});
        }
        assertThat(warned)
                .singleElement()
                .asString()
                .startsWith("orders: ")
                .contains("byte[]", "is an array", "take a String");
    }

    @Test
    void eachOfSuchTypesIsToldOnce() {
        see(new StringBuilder("a"), new OfBytes(new byte[1]), new StringBuilder("b"), new Object(), new OfBytes(null));
        assertThat(warned).filteredOn(text -> text.contains("not ordered")).hasSize(3);
    }

    @Test
    void aCollectionOfWhatOrdersNothingIsTold() {
        see(List.of("a", new int[1]));
        assertThat(warned).singleElement().asString().contains("int[]", "List");
        see(Map.entry("a", new StringBuilder()));
        assertThat(warned).hasSize(3).last().asString().contains("types", "Entry");
    }

    @Test
    void keysOfDifferentTypesAreToldOnce() {
        see(17, 18);
        assertThat(warned).isEmpty();
        for (int i = 0; i < 3; i++) {
            see("17", 17L, 17);
        }
        assertThat(warned)
                .singleElement()
                .asString()
                .contains("orders", "java.lang.Integer", "java.lang.String", "one type");
    }

    @Test
    void typesThatTheApplicationHasMeantForEachOtherAreNot() {
        see(new Customer("a"), new Supplier("a"), new Customer("b"));
        assertThat(warned).isEmpty();
        see(new Stranger("a"));
        assertThat(warned).singleElement().asString().contains("Customer", "Stranger");
    }

    @Test
    void valuesOfDifferentClassesThatMayBeEqualAreNot() {
        assertThat(toldOf(List.of(1), List.of(1, 2, 3), new ArrayList<>(List.of(1)), Arrays.asList(1, 2)))
                .isEmpty();
        assertThat(toldOf(Set.of(1), Set.of(1, 2, 3))).isEmpty();
        assertThat(toldOf(WithBodies.ONE, WithBodies.OTHER)).isEmpty();
        assertThat(toldOf(TimeUnit.DAYS, TimeUnit.HOURS)).isEmpty();
        assertThat(toldOf(new Base(), new Proxy())).isEmpty();
        assertThat(toldOf(new Proxy(), new Base())).isEmpty();
    }

    private static List<String> toldOf(Object... keys) {
        List<String> told = new ArrayList<>();
        KeyTypes seeing = new KeyTypes("orders", told::add);
        Arrays.asList(keys).forEach(seeing::see);
        return told;
    }

    /** Whatever a log or a collection does. */
    @Test
    void aCallIsNoneTheWorseForALookThatFails() {
        KeyTypes failing = new KeyTypes("orders", text -> {
            throw new StackOverflowError("meant to fail");
        });
        failing.see(new byte[1]);
        see(new java.util.AbstractList<Object>() {
            @Override
            public Object get(int index) {
                throw new StackOverflowError("meant to fail");
            }

            @Override
            public int size() {
                return 1;
            }
        });
        assertThat(warned).isEmpty();
    }

    @Test
    void everyWayInLooksAtItsKey() {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("io.keyedsequential");
        log.addHandler(handler);
        try {
            KeyedCoordinator<Object> orders = coordinators.add(KeyedCoordinator.builder("orders"));
            orders.execute(new byte[1], () -> {});
            orders.tryExecute(new char[1], () -> {});
            orders.submit(new int[1], () -> 1).join();
            orders.call(new long[1], () -> 1);
            Eventually.idle(orders);
        } finally {
            log.removeHandler(handler);
        }
        assertThat(logged).filteredOn(text -> text.contains("not ordered")).hasSize(4);
        assertThat(logged).filteredOn(text -> text.contains("of the types")).hasSize(1);
    }
}
