package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.TransactionException;

/**
 * What operators and meters ask of the database, or write there. While the database is known to be away it is not
 * asked: each question would wait until the pool's patience is at an end. For any thread.
 */
final class Asked {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    private final String atom;
    private final DatabaseHealth health;

    /** Whether the last question failed, although the database can be reached. */
    private final AtomicBoolean failing = new AtomicBoolean();

    Asked(String atom, DatabaseHealth health) {
        this.atom = atom;
        this.health = health;
    }

    /**
     * Asks.
     *
     * @throws AtomUnavailableException if the database cannot be asked. Nothing has been changed, or the transaction is
     *     rolled back
     */
    <T> T ask(Supplier<T> question) {
        String away = health.known();
        if (away != null) {
            throw new AtomUnavailableException(away, null);
        }
        T answer;
        try {
            answer = question.get();
        } catch (DataAccessException | TransactionException e) {
            throw unavailable(e);
        }
        if (failing.get() && failing.compareAndSet(true, false)) {
            LOG.log(System.Logger.Level.INFO, atom + ": the database answers operators again");
        }
        return answer;
    }

    /** One that cannot be reached is told by {@link DatabaseHealth}, which hears of it within a second. */
    private AtomUnavailableException unavailable(RuntimeException e) {
        String reason = reason(e);
        boolean unreachable = e instanceof DataAccessResourceFailureException || e instanceof TransactionException;
        if (!unreachable && failing.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, "%s: %s; this is said once".formatted(atom, reason), e);
        }
        return new AtomUnavailableException(reason, e);
    }

    /** What the driver says, without the statement. */
    static String reason(Throwable failure) {
        Throwable told = failure;
        while (!(told instanceof SQLException) && told.getCause() != null) {
            told = told.getCause();
        }
        return "the database does not answer as it should: %s".formatted(told.getMessage());
    }
}
