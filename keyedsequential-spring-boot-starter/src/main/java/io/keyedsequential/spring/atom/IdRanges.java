package io.keyedsequential.spring.atom;

import java.util.Collection;
import java.util.List;

/** Many ids as a short text: those that follow each other as a range. */
final class IdRanges {

    /** A line of log has to stay readable, and some collectors cut it. */
    static final int MOST = 500;

    private IdRanges() {}

    /** Such as {@code 1-10000, 10002}; after so many ranges, how many ids there are more. */
    static String of(Collection<Long> ids) {
        List<Long> sorted = ids.stream().sorted().toList();
        StringBuilder text = new StringBuilder();
        int ranges = 0;
        for (int from = 0; from < sorted.size(); ) {
            if (ranges == MOST) {
                return text.append(" and ")
                        .append(sorted.size() - from)
                        .append(" more")
                        .toString();
            }
            int to = from;
            while (to + 1 < sorted.size() && sorted.get(to + 1) == sorted.get(to) + 1) {
                to++;
            }
            text.append(ranges == 0 ? "" : ", ").append(sorted.get(from));
            if (to > from) {
                text.append('-').append(sorted.get(to));
            }
            ranges++;
            from = to + 1;
        }
        return text.toString();
    }
}
