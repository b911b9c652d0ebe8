package io.keyedsequential.chaos;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Calls the methods of an instance. The number of a call is taken from the row of its key in the same transaction: so the numbers of a
 * key follow each other in the order of the commits, whichever instance calls, and the row says how many calls were accepted,
 * whatever becomes of the caller. One transaction in ten is rolled back after its call, whose number is given again.
 */
final class Callers {

    private static final int THREADS = 2;
    private static final int ROLLED_BACK_OF_TEN = 1;

    private final ChaosApplication.Work work;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String findTicket;

    /** Guarded by this, as is the other one. */
    private int most;

    private boolean closed;

    Callers(ConfigurableApplicationContext context, int most) {
        this.work = context.getBean(ChaosApplication.Work.class);
        this.jdbc = context.getBean(JdbcTemplate.class);
        this.transaction = context.getBean(TransactionTemplate.class);
        this.findTicket = Tables.ticket(context.getBean(DataSource.class));
        this.most = most;
        ApplicationListener<ContextClosedEvent> close = event -> close(event.getApplicationContext());
        context.addApplicationListener(close);
    }

    void start() {
        for (Atom atom : Atom.values()) {
            for (int i = 0; i < THREADS; i++) {
                Thread caller = new Thread(() -> callAll(atom), "caller-" + atom.text() + "-" + i);
                caller.setDaemon(true);
                caller.start();
            }
        }
    }

    /** The number of each key up to which is called. */
    synchronized void upTo(int number) {
        most = number;
        notifyAll();
    }

    private synchronized void close(ApplicationContext unused) {
        closed = true;
        notifyAll();
    }

    private void callAll(Atom atom) {
        for (int limit = limit(); limit >= 0; limit = limit()) {
            int upTo = limit;
            try {
                if (!Boolean.TRUE.equals(transaction.execute(status -> callOne(atom, upTo, status)))) {
                    awaitMore();
                }
            } catch (RuntimeException e) {
                System.err.println(atom + ": a caller failed: " + e);
                awaitMore();
            }
        }
    }

    private synchronized int limit() {
        return closed ? -1 : most;
    }

    /** What was not found may be there soon: another instance may have it locked. */
    private synchronized void awaitMore() {
        try {
            wait(50);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Whether a key was found. */
    private boolean callOne(Atom atom, int upTo, TransactionStatus status) {
        Optional<Map<String, Object>> ticket =
                jdbc.queryForList(findTicket, atom.text(), upTo).stream().findFirst();
        ticket.ifPresent(row -> {
            String key = (String) row.get("item_key");
            int number = ((Number) row.get("called")).intValue() + 1;
            boolean doomed = ThreadLocalRandom.current().nextInt(10) < ROLLED_BACK_OF_TEN;
            jdbc.update(Tables.TAKE_TICKET, number, atom.text(), key);
            switch (atom) {
                case SINGLE -> work.single(key, number, doomed);
                case BATCHED -> work.batched(key, number, doomed);
                case WITHIN -> work.within(key, number, doomed);
            }
            if (doomed) {
                status.setRollbackOnly();
            }
        });
        return ticket.isPresent();
    }
}
