package io.keyedsequential.jdbc;

import java.util.List;
import java.util.UUID;

/**
 * The secret under which all instances mask keys, so that what one shows addresses a key on the next. It is in the
 * database, which has the keys anyway.
 */
record SharedSecret(Database database) {

    private static final String NAME = "mask-secret";

    /** Makes one up if there is none; of several instances that start at once, one succeeds. */
    String read() {
        List<String> known = select();
        if (known.isEmpty()) {
            database.once(() -> database.jdbc()
                    .update(
                            database.sql(database.dialect().addSetting()),
                            NAME,
                            UUID.randomUUID() + "-" + UUID.randomUUID()));
            known = select();
        }
        return known.get(0);
    }

    private List<String> select() {
        return database.once(() -> database.jdbc()
                .queryForList(
                        database.sql("select setting_value from keyed_setting where name = ?"), String.class, NAME));
    }
}
