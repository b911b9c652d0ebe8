package io.keyedsequential.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.ArgumentPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The application's database, as the engine uses it: in the caller's transaction for what callers do, in
 * transactions of its own for everything else. What goes wrong is a
 * {@link org.springframework.dao.DataAccessException}. For any thread.
 */
final class Database {

    private static final TransactionDefinition NEW =
            new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

    private final DataSource dataSource;
    private final Dialect dialect;
    private final Tables tables;
    private final boolean autoCommit;
    private final JdbcTemplate jdbc;
    private final JdbcTransactionManager own;

    /**
     * Takes one connection, to look at it.
     *
     * @throws io.keyedsequential.spring.atom.MisconfiguredAtomException if this database cannot be used
     */
    Database(DataSource dataSource, Tables tables) {
        this.dataSource = dataSource;
        this.tables = tables;
        this.jdbc = new JdbcTemplate(dataSource);
        this.own = new JdbcTransactionManager(dataSource);
        this.dialect = Dialect.of(jdbc);
        this.autoCommit = Boolean.TRUE.equals(jdbc.execute(Connection::getAutoCommit));
    }

    DataSource dataSource() {
        return dataSource;
    }

    Dialect dialect() {
        return dialect;
    }

    Tables tables() {
        return tables;
    }

    /** A statement with the names of the application's tables. */
    String sql(String statement) {
        return tables.in(statement);
    }

    /**
     * Statements in the transaction of the current thread. Without one, {@link #once} and {@link #inTransaction} see to
     * the commit.
     */
    JdbcTemplate jdbc() {
        return jdbc;
    }

    /** Runs one statement that is committed at once; on a thread that is in a transaction, with that. */
    <T> T once(Supplier<T> statement) {
        return autoCommit || TransactionSynchronizationManager.isActualTransactionActive()
                ? statement.get()
                : inTransaction(statement);
    }

    /**
     * Runs one statement of lanes, as {@link Dialect#byLookups} has it run, and commits it at once; on a thread that is
     * in a transaction, which must be one of the engine, with that.
     *
     * @return its rows; none if it has no result
     */
    <T> List<T> byLookups(String statement, RowMapper<T> mapper, Object... parameters) {
        return once(() -> jdbc.execute(
                (Connection connection) -> connection.prepareStatement(sql(dialect.byLookups() + statement)),
                (PreparedStatement prepared) -> rows(prepared, mapper, parameters)));
    }

    /** As {@link #byLookups(String, RowMapper, Object...)}, of a statement that has no result. */
    void byLookups(String statement, Object... parameters) {
        byLookups(statement, (row, n) -> n, parameters);
    }

    private <T> List<T> rows(PreparedStatement prepared, RowMapper<T> mapper, Object[] parameters) throws SQLException {
        ArgumentPreparedStatementSetter setter = new ArgumentPreparedStatementSetter(parameters);
        List<T> rows = new ArrayList<>();
        try {
            setter.setValues(prepared);
            boolean hasRows = prepared.execute();
            if (!dialect.byLookups().isEmpty()) {
                hasRows = prepared.getMoreResults();
            }
            if (hasRows) {
                try (ResultSet found = prepared.getResultSet()) {
                    while (found.next()) {
                        rows.add(mapper.mapRow(found, rows.size()));
                    }
                }
            }
        } finally {
            setter.cleanupParameters();
        }
        return rows;
    }

    /**
     * Runs statements in a transaction of their own, whatever transaction the thread is in. If they fail, that is
     * thrown: a connection that is broken cannot be rolled back either, and nothing of it is committed.
     */
    <T> T inTransaction(Supplier<T> statements) {
        TransactionStatus transaction = begin();
        T result;
        try {
            result = statements.get();
        } catch (RuntimeException | Error e) {
            try {
                own.rollback(transaction);
            } catch (RuntimeException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        }
        own.commit(transaction);
        return result;
    }

    private TransactionStatus begin() {
        try {
            return own.getTransaction(NEW);
        } catch (CannotCreateTransactionException e) { // callers know nothing of this transaction
            if (e.getCause() instanceof SQLException cause) {
                throw new CannotGetJdbcConnectionException("the database cannot be reached", cause);
            }
            throw e;
        }
    }

    /**
     * Whether the thread has a transaction or a connection. One that waited for others with its connection could keep
     * them from getting theirs.
     */
    boolean isInHand() {
        return TransactionSynchronizationManager.isActualTransactionActive()
                || TransactionSynchronizationManager.hasResource(dataSource);
    }

    /**
     * Runs statements in the caller's transaction; if there is none, in one of their own, which a statement that is
     * alone has without being asked to commit it.
     *
     * @param alone whether it is one statement
     * @throws IllegalTransactionStateException if the caller's transaction is one of another database or of a broker:
     *     it would be committed or rolled back without them
     */
    <T> T inCallersTransaction(String atom, boolean alone, Supplier<T> statements) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            return alone ? once(statements) : inTransaction(statements);
        }
        boolean bound = TransactionSynchronizationManager.hasResource(dataSource);
        boolean covered = autoCommit ? !Boolean.TRUE.equals(jdbc.execute(Connection::getAutoCommit)) : bound;
        if (!covered) {
            throw new IllegalTransactionStateException(
                    ("%s: the caller's transaction '%s' is none of the DataSource that keeps the calls, and would be"
                                    + " committed or rolled back without this one. Use the transaction manager of that DataSource"
                                    + " (@Transactional(\"...\")), or make the call outside of the transaction")
                            .formatted(atom, TransactionSynchronizationManager.getCurrentTransactionName()));
        }
        return statements.get();
    }
}
