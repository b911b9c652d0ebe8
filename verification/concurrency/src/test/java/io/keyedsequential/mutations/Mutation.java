package io.keyedsequential.mutations;

import java.util.ArrayList;
import java.util.List;

/**
 * One deliberate breakage: texts of one source file replaced by others, each of which must be there exactly once.
 *
 * @param name what is broken
 * @param file the source file
 * @param replacements pairs of texts
 * @param tests what to run, in this order, until one fails: JUnit classes, several of them divided by commas to run in one
 *     virtual machine, or jcstress tests as {@code jcstress:Name}
 */
record Mutation(String name, String file, List<String> replacements, List<String> tests) {

    static Mutation of(String name, String file, String from, String to, String... tests) {
        return new Mutation(name, file, List.of(from, to), List.of(tests));
    }

    Mutation and(String from, String to) {
        List<String> more = new ArrayList<>(replacements);
        more.add(from);
        more.add(to);
        return new Mutation(name, file, more, tests);
    }

    /** The same, looked for by other tests before those it has. */
    Mutation lookedForFirstBy(String... others) {
        List<String> more = new ArrayList<>(List.of(others));
        more.addAll(tests);
        return new Mutation(name, file, replacements, more);
    }

    String apply(String source) {
        String mutated = source;
        for (int i = 0; i < replacements.size(); i += 2) {
            String from = replacements.get(i);
            int at = mutated.indexOf(from);
            if (at < 0 || mutated.indexOf(from, at + 1) >= 0) {
                throw new IllegalStateException(
                        "%s: in %s this must be there exactly once: %s".formatted(name, file, from));
            }
            mutated = mutated.substring(0, at) + replacements.get(i + 1) + mutated.substring(at + from.length());
        }
        return mutated;
    }
}
