package io.keyedsequential.signal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sink holds, under its one lock, which is this object's monitor: the last number, the remembered signals and
 * the backlogs. Decides and performs nothing: no executor, subscriber, log or clock is called here.
 *
 * <p>A signal is numbered, remembered and put into every backlog in one step. Hence every backlog has the order of the
 * numbers, and a thread that subscribes and then senses misses nothing: a signal that came too early for the
 * subscription is there to be sensed. That is why patterns are matched under the lock.
 */
final class SinkState {

    /** What came of raising a signal: it, and the deliveries that must be handed over now. */
    record Raised(Signal signal, List<Delivery> due) {}

    @GuardedBy("this")
    final RememberedSignals remembered;

    /** One for every open subscription. */
    @GuardedBy("this")
    final List<Backlog> backlogs = new ArrayList<>();

    @GuardedBy("this")
    long lastSequence;

    SinkState(RememberedSignals remembered) {
        this.remembered = remembered;
    }

    synchronized Raised raise(
            String name, @Nullable String source, long operationId, @Nullable String detail, Instant now) {
        Signal signal = new Signal(lastSequence + 1, name, source, operationId, detail, now);
        lastSequence++;
        remembered.add(signal);
        List<Delivery> due = List.of();
        for (int i = 0; i < backlogs.size(); i++) {
            Delivery delivery = backlogs.get(i).offer(signal);
            if (delivery != null) {
                due = due.isEmpty() ? new ArrayList<>() : due;
                due.add(delivery);
            }
        }
        return new Raised(signal, due);
    }

    synchronized Signal[] rememberedSince(Instant oldest) {
        return remembered.copySince(oldest);
    }

    synchronized void open(Backlog backlog) {
        backlogs.add(backlog);
    }

    synchronized void close(Backlog backlog) {
        backlogs.remove(backlog);
        backlog.clear();
    }

    synchronized boolean begin(Backlog backlog, Delivery delivery) {
        return backlog.begin(delivery);
    }

    synchronized boolean withdraw(Backlog backlog, Delivery delivery) {
        return backlog.withdraw(delivery);
    }

    synchronized @Nullable Signal next(Backlog backlog) {
        return backlog.next();
    }

    synchronized long dropped(Backlog backlog) {
        return backlog.dropped();
    }
}
