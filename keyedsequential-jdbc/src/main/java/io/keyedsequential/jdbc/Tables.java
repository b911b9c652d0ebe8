package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.regex.Pattern;

/** The names of the tables: what the scripts say, with the prefix of the application. */
record Tables(String prefix) {

    /** The prefix in the scripts, and in the statements of this module. */
    static final String DEFAULT_PREFIX = "keyed_";

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,29}");

    Tables {
        if (!WORD.matcher(prefix).matches()) {
            throw new MisconfiguredAtomException(
                    "keyedsequential.jdbc.table-prefix is '%s'.".formatted(prefix),
                    "Use a letter, and up to 29 letters, digits and underscores. A schema belongs "
                            + "into the URL of the database.");
        }
    }

    /** A statement or a script with the prefix in the names of its tables. */
    String in(String sql) {
        return prefix.equals(DEFAULT_PREFIX) ? sql : sql.replace(DEFAULT_PREFIX, prefix);
    }

    String lane() {
        return prefix + "lane";
    }
}
