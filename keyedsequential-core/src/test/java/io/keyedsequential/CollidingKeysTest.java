package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of one hash: they may be request data, and chosen to be so. What they cost is counted in questions to keys. */
@Timeout(600)
class CollidingKeysTest {

    /** How often keys have been asked, on the thread of the test. */
    private static final ThreadLocal<long[]> ASKED = ThreadLocal.withInitial(() -> new long[1]);

    private static final ThreadLocal<boolean[]> BROKEN = ThreadLocal.withInitial(() -> new boolean[1]);

    private static void asked() {
        ASKED.get()[0]++;
        if (BROKEN.get()[0]) {
            throw new IllegalStateException("asked");
        }
    }

    record Ordered(int number) implements Comparable<Ordered> {
        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            asked();
            return other instanceof Ordered o && o.number == number;
        }

        @Override
        public int compareTo(Ordered other) {
            asked();
            return Integer.compare(number, other.number);
        }
    }

    record Unordered(int number) {
        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            asked();
            return other instanceof Unordered o && o.number == number;
        }
    }

    /** An order that is coarser than equality. */
    record Coarse(int number) implements Comparable<Coarse> {
        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public int compareTo(Coarse other) {
            return Integer.compare(number / 10, other.number / 10);
        }
    }

    record OfMutable(StringBuilder text) implements Comparable<OfMutable> {
        @Override
        public int compareTo(OfMutable other) {
            return text.compareTo(other.text);
        }
    }

    static final class Counter implements Comparable<Counter> {
        int value;

        @Override
        public int compareTo(Counter other) {
            return Integer.compare(value, other.value);
        }
    }

    private final Stripe<Object> stripe = new Stripe<>(1, new ReadyQueue<>());

    private Lane<Object> laneOf(Object key) {
        synchronized (stripe) {
            int hash = LaneTable.spread(key);
            Lane<Object> lane = stripe.find(key, hash);
            return lane == null ? stripe.add(key, hash, 0) : lane;
        }
    }

    private Lane<Object> found(Object key) {
        synchronized (stripe) {
            return stripe.find(key, LaneTable.spread(key));
        }
    }

    private void remove(Lane<Object> lane) {
        synchronized (stripe) {
            stripe.remove(lane);
        }
    }

    private static long asking(Runnable action) {
        long before = ASKED.get()[0];
        action.run();
        return ASKED.get()[0] - before;
    }

    private static List<Object> shuffled(int count) {
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(new Ordered(i));
        }
        Collections.shuffle(keys, new Random(count));
        return keys;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keysThatCanBeComparedAreFoundInLogarithmicallyManySteps(boolean inOrder) {
        List<Object> keys = shuffled(20_000);
        if (inOrder) {
            keys.sort((a, b) -> Integer.compare(((Ordered) a).number, ((Ordered) b).number));
        }
        long few = asking(() -> keys.subList(0, 5_000).forEach(this::laneOf)) / 5_000;
        long many = asking(() -> keys.subList(5_000, 20_000).forEach(this::laneOf)) / 15_000;
        Map<Object, Integer> map = new HashMap<>();
        long inMap = asking(() -> keys.forEach(key -> map.put(key, 1))) / 20_000;
        assertThat(many).as("each, beside %d of a HashMap", inMap).isLessThan(2 * few + 20);
        assertThat(many).isLessThan(100);
        assertThat(stripe.size()).isEqualTo(20_000);
        for (Object key : keys) {
            assertThat(found(new Ordered(((Ordered) key).number)).key).isSameAs(key);
        }
    }

    @Test
    void keysThatCannotBeComparedCostNoMoreThanInAMap() {
        Map<Object, Integer> map = new HashMap<>();
        long inMap = asking(() -> {
            for (int i = 0; i < 1_000; i++) {
                map.put(new Unordered(i), 1);
            }
        });
        long here = asking(() -> {
            for (int i = 0; i < 1_000; i++) {
                laneOf(new Unordered(i));
            }
        });
        assertThat(here).isLessThanOrEqualTo(inMap + 1_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLaneLeavesWithoutAnyKeyBeingAsked(boolean ordered) {
        List<Lane<Object>> lanes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lanes.add(laneOf(ordered ? new Ordered(i) : new Unordered(i)));
        }
        Collections.shuffle(lanes, new Random(1));
        BROKEN.get()[0] = true;
        try {
            assertThat(asking(() -> lanes.forEach(this::remove))).isZero();
        } finally {
            BROKEN.get()[0] = false;
        }
        assertThat(stripe.size()).isZero();
        lanes.forEach(lane -> assertThat(found(lane.key)).isNull());
    }

    @Test
    void aKeyThatThrowsWhenItIsComparedIsNotThereAndHidesNoOther() {
        for (int i = 0; i < 100; i++) {
            laneOf(new Ordered(i));
        }
        BROKEN.get()[0] = true;
        try {
            assertThatThrownBy(() -> laneOf(new Ordered(1_000))).isInstanceOf(IllegalStateException.class);
            synchronized (stripe) {
                assertThatThrownBy(() -> stripe.add(new Ordered(1_000), LaneTable.spread(new Ordered(1_000)), 0))
                        .isInstanceOf(IllegalStateException.class);
            }
        } finally {
            BROKEN.get()[0] = false;
        }
        assertThat(stripe.size()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            assertThat(found(new Ordered(i))).isNotNull();
        }
        assertThat(found(new Ordered(1_000))).isNull();
    }

    @Test
    void keysOfDifferentTypesThatCollideAreAllFound() {
        for (int i = 0; i < 100; i++) {
            laneOf(new Ordered(i));
            laneOf(new Unordered(i));
            laneOf(new Coarse(i));
        }
        assertThat(stripe.size()).isEqualTo(300);
        List<Lane<Object>> seen = new ArrayList<>();
        synchronized (stripe) {
            stripe.forEach(seen::add);
        }
        assertThat(seen).hasSize(300).doesNotHaveDuplicates();
        for (int i = 0; i < 100; i++) {
            assertThat(found(new Ordered(i)).key).isEqualTo(new Ordered(i));
            assertThat(found(new Unordered(i)).key).isEqualTo(new Unordered(i));
            assertThat(found(new Coarse(i)).key).isEqualTo(new Coarse(i));
        }
        seen.forEach(this::remove);
        assertThat(stripe.size()).isZero();
    }

    @Test
    void theTableDoesWhatAMapDoes() {
        Random random = new Random(42);
        Map<Integer, Lane<Object>> expected = new TreeMap<>();
        for (int step = 0; step < 20_000; step++) {
            int number = random.nextInt(200);
            Object key = new Coarse(number);
            assertThat(found(key)).isSameAs(expected.get(number));
            if (random.nextBoolean()) {
                Lane<Object> lane = laneOf(key);
                assertThat(expected.getOrDefault(number, lane)).isSameAs(lane);
                expected.put(number, lane);
            } else if (expected.containsKey(number)) {
                remove(expected.remove(number));
            }
            assertThat(stripe.size()).isEqualTo(expected.size());
        }
    }

    /** 20,000 strings of one hash, as a request can bring them. */
    @Test
    void stringsOfOneHashGoThroughTheWholeEngine() {
        List<String> keys = new ArrayList<>(List.of(""));
        for (int bit = 0; bit < 14; bit++) {
            keys = keys.stream()
                    .flatMap(key -> List.of(key + "Aa", key + "BB").stream())
                    .toList();
        }
        LanesHarness h = new LanesHarness(options -> options.capacity(1_000_000));
        keys.forEach(h::queued);
        keys.forEach(h::queued);
        assertThat(h.lanes.table.laneCount()).isEqualTo(keys.size());
        assertThat(h.runAll()).hasSize(2 * keys.size());
        StructuralCheck.assertIdle(h.lanes);
    }

    @Test
    void onlyKeysAreComparedThatCannotMoveInTheirOrder() {
        assertThat(Arrays.asList(
                        "a", 1, 1L, 'a', 1.5, true, BigDecimal.ONE, new UUID(1, 1), Instant.EPOCH, new Ordered(1)))
                .allMatch(KeyTree::canHold);
        assertThat(Arrays.asList(
                        new Date(0),
                        new StringBuilder("a"),
                        new Counter(),
                        new OfMutable(new StringBuilder()),
                        new Unordered(1),
                        List.of(1),
                        new Object()))
                .noneMatch(KeyTree::canHold);
        assertThat(KeyTree.canHold(TimeUnit.DAYS))
                .as("the order is that of its supertype")
                .isFalse();
    }
}
