package io.keyedsequential.sample.shipping;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.event.KeyParked;
import io.keyedsequential.spring.atom.event.KeyReleased;
import io.keyedsequential.spring.atom.event.OperationFailed;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps what the atom tells of its troubles. */
@Component
class Incidents {

    private static final String ATOM = "shipments";

    private final JdbcClient database;

    Incidents(JdbcClient database) {
        this.database = database;
    }

    // snippet: events
    @EventListener
    void parked(KeyParked event) {
        add("parked", event.atom(), event.operation(), event.operation().error());
    }

    @EventListener
    void released(KeyReleased event) {
        add(event.how().name().toLowerCase(Locale.ROOT), event.atom(), event.operation(), null);
    }

    @EventListener
    void failed(OperationFailed event) {
        add("failed", event.atom(), event.operation(), event.operation().error());
    }
    // end: events

    private void add(String what, String atom, OperationSnapshot operation, @Nullable Throwable error) {
        if (!atom.equals(ATOM)) {
            return;
        }
        database.sql(
                        "insert into incident (what, customer, operation, error) values (:what, :customer, :operation, :error)")
                .param("what", what)
                .param("customer", operation.key().toString())
                .param("operation", operation.id())
                .param("error", error == null ? null : error.getMessage())
                .update();
    }

    List<Incident> all() {
        return database.sql("select what, customer, operation, error from incident order by id")
                .query(Incident.class)
                .list();
    }
}
