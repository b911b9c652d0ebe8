package io.keyedsequential.conformance;

import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** What only engines that keep their calls take. */
class DurableWork {

    private final Script script;
    private final JdbcTemplate jdbc;

    DurableWork(Script script, JdbcTemplate jdbc) {
        this.script = script;
        this.jdbc = jdbc;
        jdbc.execute("create table if not exists effect (item varchar(100) not null)");
    }

    @KeyedSequential(atom = "work", key = "#key", label = "#step", idempotencyKey = "#id")
    public void once(String key, String step, String id) {
        script.run(key, step);
    }

    @Transactional
    @KeyedSequential(atom = "parking", key = "#key", label = "#step")
    public void write(String key, String step) {
        jdbc.update("insert into effect (item) values (?)", key);
        script.run(key, step);
    }

    int effects(String key) {
        return jdbc.queryForObject("select count(*) from effect where item = ?", Integer.class, key);
    }
}
