package io.keyedsequential.conformance;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The engine {@code kafka}. It is in no transaction, has no idempotency keys, and each instance steers its own; what
 * it cannot read is dead-lettered, which its own tests try.
 */
class KafkaConformanceTest extends DurableConformance {

    @Override
    List<String> freshStore() {
        return KafkaStores.fresh();
    }

    @Override
    Set<Promise> promises() {
        return EnumSet.noneOf(Promise.class);
    }

    /** Without those that only engines take that give these promises. */
    @Override
    List<Class<?>> beans() {
        return List.of(Work.class);
    }

    @Override
    void untilBothTakePart(List<String> store) {
        KafkaStores.untilTwoTakePart(store, "work");
    }
}
