package io.keyedsequential.kafka;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** The meters of listeners: what this instance has taken over, and what became of it. Read at each scrape. */
final class KeyedListenerMeters implements MeterBinder {

    private final KeyedListeners listeners;

    KeyedListenerMeters(KeyedListeners listeners) {
        this.listeners = listeners;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        listeners.follow(listener -> bind(listener, registry));
    }

    private static void bind(KeyedListener listener, MeterRegistry registry) {
        Tags tags = Tags.of("atom", listener.atom(), "listener", listener.id());
        gauge(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.unacknowledged",
                "Records that are taken over and not acknowledged: those from the first one of a "
                        + "partition that is not done",
                known -> known.sum(AssignedPartition::size));
        gauge(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.window.fill",
                "How much of the window is in use in the partition where it is most, from 0 to 1",
                KeyedListenerMeters::fill);
        gauge(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.partitions.paused",
                "Partitions whose window is full: nothing more is taken of them until it is half empty",
                known -> known.sum(partition -> partition.isFull() ? 1 : 0));
        gauge(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.held.back",
                "Records that are fetched and wait for room in the window or in the atom",
                known -> known.sum(AssignedPartition::waiting));
        counter(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.replays",
                "Records that were taken over and not acknowledged when their partition went: they are delivered again",
                known -> known.total(PartitionCounts::replays));
        counter(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.dead.letters",
                "Records that did not succeed and that a dead letter topic, or the application's own "
                        + "recoverer, has taken",
                known -> known.total(PartitionCounts::deadLetters));
        counter(
                registry,
                tags,
                listener,
                "keyedsequential.kafka.skipped",
                "Records that did not succeed and were given up, as failed-records says",
                known -> known.total(PartitionCounts::skipped));
    }

    private static double fill(KeyedListener listener) {
        return listener.partitions().stream()
                        .mapToInt(AssignedPartition::size)
                        .max()
                        .orElse(0)
                / (double) listener.window();
    }

    private static void gauge(
            MeterRegistry registry,
            Tags tags,
            KeyedListener listener,
            String name,
            String description,
            ToDoubleFunction<KeyedListener> value) {
        Gauge.builder(name, listener, value).description(description).tags(tags).register(registry);
    }

    private static void counter(
            MeterRegistry registry,
            Tags tags,
            KeyedListener listener,
            String name,
            String description,
            ToDoubleFunction<KeyedListener> count) {
        FunctionCounter.builder(name, listener, count)
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
