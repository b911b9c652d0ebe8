package io.keyedsequential.conformance;

import io.keyedsequential.spring.atom.event.AtomEvent;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.context.event.EventListener;

/** The events of the atoms that an application was told of. */
class Heard {

    private final Queue<AtomEvent> events = new ConcurrentLinkedQueue<>();

    @EventListener
    void hear(AtomEvent event) {
        events.add(event);
    }

    <E extends AtomEvent> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
