package io.keyedsequential.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The tables of the application itself, in PostgreSQL and in H2. */
final class Tables {

    private static final String TICKET =
            "select item_key, called from ticket where atom = ? and called < ? order by random()"
                    + " fetch first 1 rows only for update";

    static final String TAKE_TICKET = "update ticket set called = ? where atom = ? and item_key = ?";

    static final String EFFECT = "insert into effect (item_key, number, instance) values (?, ?, ?)";

    private Tables() {}

    /**
     * How a transaction finds and locks the ticket of a key. On PostgreSQL it goes past those that a frozen instance holds. H2 has
     * one instance; there {@code skip locked} would give one row to two transactions now and then, if one that has written it is
     * rolled back (seen with 2.4.240 and nothing but such transactions).
     */
    static String ticket(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            boolean h2 = connection.getMetaData().getDatabaseProductName().equals("H2");
            return h2 ? TICKET : TICKET + " skip locked";
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not say what it is", e);
        }
    }

    static void create(String url, int keys) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create table ticket (atom varchar(20) not null, item_key varchar(20) not null,"
                    + " called int not null, primary key (atom, item_key))");
            statement.execute("create table effect (id bigint generated always as identity primary key,"
                    + " item_key varchar(20) not null, number int not null, instance varchar(50) not null)");
            for (Atom atom : Atom.values()) {
                for (int key = 0; key < keys; key++) {
                    statement.execute("insert into ticket values ('%s', 'k%d', 0)".formatted(atom.text(), key));
                }
            }
        }
    }

    /** How many calls of each key were accepted. */
    static TreeMap<String, Integer> accepted(String url, Atom atom) throws SQLException {
        TreeMap<String, Integer> accepted = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select item_key, called from ticket where atom = '" + atom.text() + "'")) {
            while (rows.next()) {
                accepted.put(rows.getString(1), rows.getInt(2));
            }
        }
        return accepted;
    }

    /** The numbers of each key whose effect is in the database, in the order in which they came there. */
    static TreeMap<String, List<Integer>> effects(String url) throws SQLException {
        TreeMap<String, List<Integer>> effects = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select item_key, number from effect order by id")) {
            while (rows.next()) {
                effects.computeIfAbsent(rows.getString(1), key -> new ArrayList<>())
                        .add(rows.getInt(2));
            }
        }
        return effects;
    }

    static long count(String url, String what) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + what)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
