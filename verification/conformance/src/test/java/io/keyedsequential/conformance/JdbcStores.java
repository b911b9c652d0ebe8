package io.keyedsequential.conformance;

import io.keyedsequential.jdbc.TestDatabase;
import java.util.ArrayList;
import java.util.List;

/** Empty databases for the engine {@code jdbc}. */
final class JdbcStores {

    private JdbcStores() {}

    static List<String> fresh(TestDatabase database) {
        List<String> properties = new ArrayList<>(database.properties(database.freshUrl()));
        properties.add("keyedsequential.defaults.engine=jdbc");
        properties.add("keyedsequential.jdbc.polling-interval=50ms");
        properties.add("keyedsequential.jdbc.unreadable-grace=1ms");
        return properties;
    }
}
