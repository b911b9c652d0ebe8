package io.keyedsequential.webhooks;

import io.keyedsequential.jdbc.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.stream.Stream;

/** Where an application may keep what it has. */
enum Databases {
    H2 {
        @Override
        String freshUrl(Path directory) {
            return "jdbc:h2:file:" + directory.resolve("webhooks") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        }
    },
    POSTGRESQL {
        @Override
        String freshUrl(Path directory) {
            String schema = "s" + UUID.randomUUID().toString().replace("-", "");
            String url = PostgresServer.instance().url();
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema " + schema);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return url + "&currentSchema=" + schema;
        }
    };

    /** The URL of an empty database or schema. */
    abstract String freshUrl(Path directory);

    /** All that there are on this machine. */
    static Stream<Databases> all() {
        return PostgresServer.isThere() ? Stream.of(values()) : Stream.of(H2);
    }
}
