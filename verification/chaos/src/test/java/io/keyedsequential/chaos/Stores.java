package io.keyedsequential.chaos;

import io.keyedsequential.jdbc.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Empty databases. */
final class Stores {

    private Stores() {}

    static String postgresql() throws SQLException {
        String schema = "s" + UUID.randomUUID().toString().replace("-", "");
        String url = PostgresServer.instance().url();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        }
        return url + "&currentSchema=" + schema;
    }

    static String h2(Path directory) {
        return "jdbc:h2:file:" + directory.toAbsolutePath().resolve("chaos") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    }
}
