package io.keyedsequential.jdbc;

import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** What callers write: in their own transaction, so that a call is stored exactly if the transaction is committed. */
final class ItemStore {

    private static final String INSERT = "insert into keyed_item"
            + " (atom, item_key, operation, label, arguments, headers, idempotency_key, run_after)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)";

    private final String atom;
    private final Database database;

    ItemStore(String atom, Database database) {
        this.atom = atom;
        this.database = database;
    }

    /**
     * Stores a call.
     *
     * @return its id; that of the first one if a call of this idempotency key is known
     */
    long insert(NewItem item) {
        return database.inCallersTransaction(atom, item.idempotencyKey() == null, () -> {
            long id = insertRow(item);
            return item.idempotencyKey() == null || remember(item.idempotencyKey(), id)
                    ? id
                    : withdraw(id, item.idempotencyKey());
        });
    }

    private long insertRow(NewItem item) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        database.jdbc()
                .update(
                        connection -> {
                            PreparedStatement insert =
                                    connection.prepareStatement(database.sql(INSERT), new String[] {"id"});
                            insert.setString(1, atom);
                            insert.setString(2, item.key());
                            insert.setString(3, item.operation());
                            insert.setString(4, item.label());
                            insert.setString(5, item.arguments());
                            insert.setString(6, item.headers());
                            insert.setString(7, item.idempotencyKey());
                            insert.setObject(8, item.runAfter() == null ? null : Times.parameter(item.runAfter()));
                            return insert;
                        },
                        id);
        return Objects.requireNonNull(id.getKey()).longValue();
    }

    /** Whether the key was not known. Waits for a transaction that has inserted it and is not committed. */
    private boolean remember(String idempotencyKey, long id) {
        try {
            return database.jdbc().update(database.sql(database.dialect().rememberKey()), atom, idempotencyKey, id)
                    == 1;
        } catch (DuplicateKeyException e) { // H2 looks first and inserts then
            return false;
        }
    }

    private long withdraw(long id, String idempotencyKey) {
        database.jdbc().update(database.sql("delete from keyed_item where id = ?"), id);
        List<Long> first = database.jdbc()
                .queryForList(
                        database.sql("select item_id from keyed_done where atom = ? and idempotency_key = ?"),
                        Long.class,
                        atom,
                        idempotencyKey);
        return first.isEmpty() ? id : first.get(0);
    }

    /**
     * A call as text.
     *
     * @param key the key's text
     * @param operation the operation's name
     * @param label the label, or {@code null}
     * @param arguments a JSON array
     * @param headers a JSON object, or {@code null}
     * @param idempotencyKey the idempotency key, or {@code null}
     * @param runAfter when it may begin, or {@code null}
     */
    record NewItem(
            String key,
            String operation,
            @Nullable String label,
            String arguments,
            @Nullable String headers,
            @Nullable String idempotencyKey,
            @Nullable Instant runAfter) {}
}
