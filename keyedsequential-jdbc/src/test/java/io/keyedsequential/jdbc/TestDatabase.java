package io.keyedsequential.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A database that a test has for itself. */
public enum TestDatabase {
    H2 {
        @Override
        public String freshUrl() {
            return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        }
    },
    POSTGRESQL {
        @Override
        public String freshUrl() {
            String schema = "s" + UUID.randomUUID().toString().replace("-", "");
            String url = PostgresServer.instance().url();
            try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, "");
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema " + schema);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return url + "&currentSchema=" + schema;
        }
    };

    /** The URL of an empty database or schema. */
    public abstract String freshUrl();

    /** All that there are on this machine. */
    static Stream<TestDatabase> all() {
        return PostgresServer.isThere() ? Stream.of(values()) : Stream.of(H2);
    }

    /** Of an application that has this database, whose tables it makes. */
    public List<String> properties(String url) {
        return List.of(
                "spring.datasource.url=" + url,
                "spring.datasource.username=" + (this == POSTGRESQL ? PostgresServer.USER : "sa"),
                "spring.datasource.password=",
                "keyedsequential.jdbc.initialize-schema=always");
    }
}
