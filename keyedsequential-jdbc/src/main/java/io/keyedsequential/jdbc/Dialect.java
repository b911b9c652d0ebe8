package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What differs between databases. The statements name the tables as the scripts do, and take lists as arrays, so that
 * their text is always the same. Of two lists in one statement the n-th elements belong together.
 */
interface Dialect {

    /** The dialect of a database; refuses one that is not known. */
    static Dialect of(JdbcTemplate jdbc) {
        String product = jdbc.execute((Connection connection) -> {
            DatabaseMetaData metaData = connection.getMetaData();
            return metaData.getDatabaseProductName();
        });
        return switch (String.valueOf(product)) {
            case "PostgreSQL" -> new PostgresDialect();
            case "H2" -> new H2Dialect();
            default ->
                throw new MisconfiguredAtomException(
                        "The engine 'jdbc' does not know the database '%s'.".formatted(product),
                        "Use PostgreSQL 13 or later, or H2; or name another DataSource with "
                                + "keyedsequential.jdbc.data-source.");
        };
    }

    /** The database as Boot names it, in the name of the script. */
    String platform();

    /**
     * Refuses a database that would lose what it has committed, or turn the order round.
     *
     * @throws MisconfiguredAtomException if it would
     */
    void check(JdbcTemplate jdbc, Tables tables);

    /**
     * What stands before a statement of a lane, and is a statement with a result of its own; empty if nothing does. It
     * may change how the rest of the transaction is run.
     */
    String byLookups();

    /**
     * Makes lanes of those keys that have items and no lane; a lane that is there stays as it is. Parameters: the atom,
     * the version, the keys, the atom, the atom.
     */
    String wakeLanes();

    /**
     * As {@link #wakeLanes}, but the lanes are picked as they are made, and returned. Empty where that takes two
     * statements. Parameters: the atom, the instance, a time, the version, the keys, the atom, the atom, how many lanes
     * at most.
     */
    Optional<String> beginLanes();

    /**
     * Picks lanes that are due, and returns them as they are then. Empty where that takes two statements. Parameters:
     * until when they are due, the atom, the instance, a time.
     *
     * @param most how many
     */
    Optional<String> pickLanes(int most);

    /**
     * Reads the first items of lanes that are held under a version and not paused.
     *
     * @param lanes how many lanes
     * @param rows how many items of each at most
     */
    String heads(int lanes, int rows);

    /** Sets the parameters of {@link #heads}. */
    Object[] headParameters(String atom, List<Hold> lanes);

    /**
     * Deletes items of lanes that are held; returns the ids of those that were deleted. Parameters: the ids, the lanes
     * as {@link SqlArrays#holds} has them.
     */
    String deleteItems();

    /**
     * Deletes lanes that are held and not paused; returns their keys. Parameters: the atom, the keys, the lanes as
     * {@link SqlArrays#holds} has them.
     */
    String endLanes();

    /**
     * As {@link #endLanes}, and deletes items of those lanes besides, with one statement; empty where that takes two.
     * Parameters: those of {@link #endLanes}, the ids.
     */
    Optional<String> endLanesWithItems();

    /**
     * Reads keys that have items and no lane. Parameter: the atom.
     *
     * @param items which items are looked at: the table, or a query in brackets
     */
    String forgotten(String items);

    /**
     * Reads the first items of several lanes to show them; empty where the database is in the same process, so that a
     * statement for each lane is as cheap. Parameters: the keys, the atom, how many of each at most.
     */
    Optional<String> firstItemsOfLanes();

    /**
     * Counts the items of several lanes; empty in the same case. Parameters: the atom, up to where each is counted,
     * the keys.
     */
    Optional<String> countsOfLanes();

    /** Inserts an idempotency key unless it is known. Parameters: the atom, the key, the item's id. */
    String rememberKey();

    /** Inserts the row of an atom unless it is there. Parameters: the atom, a time. */
    String addAtom();

    /** Inserts a paused lane unless the key has one. Parameters: the atom, the key, never, a time, the version. */
    String addPausedLane();

    /** Inserts a setting unless it is there. Parameters: name, value. */
    String addSetting();
}
