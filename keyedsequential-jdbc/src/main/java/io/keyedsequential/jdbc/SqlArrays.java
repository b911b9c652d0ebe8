package io.keyedsequential.jdbc;

import java.util.Collection;
import java.util.function.Function;
import org.springframework.jdbc.support.SqlArrayValue;

/** Lists as parameters of statements. */
final class SqlArrays {

    private SqlArrays() {}

    static SqlArrayValue texts(Collection<String> texts) {
        return new SqlArrayValue("varchar", texts.toArray());
    }

    static SqlArrayValue numbers(Collection<Long> numbers) {
        return new SqlArrayValue("bigint", numbers.toArray());
    }

    static SqlArrayValue keys(Collection<Hold> lanes) {
        return new SqlArrayValue("varchar", elements(lanes, Hold::key));
    }

    static SqlArrayValue versions(Collection<Hold> lanes) {
        return new SqlArrayValue("bigint", elements(lanes, Hold::version));
    }

    /**
     * Lanes as one text each, key and version: a lane is held if its own text is among them. A version is a number, so
     * that the last slash parts them whatever the key is.
     */
    static SqlArrayValue holds(Collection<Hold> lanes) {
        return new SqlArrayValue("varchar", elements(lanes, lane -> lane.key() + "/" + lane.version()));
    }

    private static Object[] elements(Collection<Hold> lanes, Function<Hold, Object> part) {
        return lanes.stream().map(part).toArray();
    }
}
