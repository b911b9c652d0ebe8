package io.keyedsequential.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/**
 * What callers write: in their own transaction, so that a call is stored exactly if the transaction is committed. Calls
 * without a transaction that are made at the same time are stored with one statement and one commit, which each of
 * their callers waits for: which of them comes first is open anyway.
 */
final class ItemStore {

    private static final String INSERT = "insert into keyed_item"
            + " (atom, item_key, operation, label, arguments, headers, idempotency_key, run_after)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String INSERT_ALL =
            """
            insert into keyed_item (atom, item_key, operation, label, arguments, headers)
            select cast(? as varchar), v.* from unnest(cast(? as varchar array), cast(? as varchar array),
            cast(? as varchar array), cast(? as varchar array), cast(? as varchar array))
            v(item_key, operation, label, arguments, headers)""";

    /** Calls that are stored with one statement. */
    private static final int GROUP = 32;

    private final String atom;
    private final Database database;
    private final Grouped<NewItem, Long> withOthers;

    ItemStore(String atom, Database database) {
        this.atom = atom;
        this.database = database;
        this.withOthers = new Grouped<>(GROUP, this::insertAll);
    }

    /**
     * Stores a call.
     *
     * @return its id; that of the first one if a call of this idempotency key is known
     */
    long insert(NewItem item) {
        if (item.isPlain() && !database.isInHand()) {
            try {
                return withOthers.ask(item);
            } catch (DataIntegrityViolationException e) { // nothing is stored; perhaps it was not this one
                return database.once(() -> insertRow(item));
            }
        }
        return database.inCallersTransaction(atom, item.idempotencyKey() == null, () -> {
            long id = insertRow(item);
            return item.idempotencyKey() == null || remember(item.idempotencyKey(), id)
                    ? id
                    : withdraw(id, item.idempotencyKey());
        });
    }

    private long insertRow(NewItem item) {
        return insert(INSERT, insert -> {
                    insert.setString(1, atom);
                    insert.setString(2, item.key());
                    insert.setString(3, item.operation());
                    insert.setString(4, item.label());
                    insert.setString(5, item.arguments());
                    insert.setString(6, item.headers());
                    insert.setString(7, item.idempotencyKey());
                    insert.setObject(8, item.runAfter() == null ? null : Times.parameter(item.runAfter()));
                })
                .get(0);
    }

    private List<Long> insertAll(List<NewItem> items) {
        return database.once(() -> items.size() == 1 ? List.of(insertRow(items.get(0))) : insertRows(items));
    }

    private List<Long> insertRows(List<NewItem> items) {
        return insert(INSERT_ALL, insert -> {
            insert.setString(1, atom);
            setTexts(insert, 2, items, NewItem::key);
            setTexts(insert, 3, items, NewItem::operation);
            setTexts(insert, 4, items, NewItem::label);
            setTexts(insert, 5, items, NewItem::arguments);
            setTexts(insert, 6, items, NewItem::headers);
        });
    }

    private static void setTexts(
            PreparedStatement insert, int parameter, List<NewItem> items, Function<NewItem, @Nullable String> text)
            throws SQLException {
        insert.setArray(
                parameter,
                insert.getConnection()
                        .createArrayOf("varchar", items.stream().map(text).toArray()));
    }

    private interface Parameters {
        void set(PreparedStatement insert) throws SQLException;
    }

    /** The ids of the rows, in the order in which they are inserted. */
    private List<Long> insert(String statement, Parameters parameters) {
        GeneratedKeyHolder ids = new GeneratedKeyHolder();
        database.jdbc()
                .update(
                        connection -> {
                            PreparedStatement insert =
                                    connection.prepareStatement(database.sql(statement), new String[] {"id"});
                            parameters.set(insert);
                            return insert;
                        },
                        ids);
        return ids.getKeyList().stream()
                .map(row -> ((Number) row.values().iterator().next()).longValue())
                .sorted()
                .toList();
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
            @Nullable Instant runAfter) {

        boolean isPlain() {
            return idempotencyKey == null && runAfter == null;
        }
    }
}
