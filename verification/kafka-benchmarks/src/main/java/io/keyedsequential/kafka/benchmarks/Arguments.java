package io.keyedsequential.kafka.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Arguments {@code --name=value} of a process. */
final class Arguments {

    private final Map<String, String> values = new LinkedHashMap<>();

    private Arguments() {}

    static Arguments of(List<String> arguments) {
        Arguments known = new Arguments();
        for (String argument : arguments) {
            int equal = argument.indexOf('=');
            if (!argument.startsWith("--") || equal < 0) {
                throw new IllegalArgumentException("not of the form --name=value: " + argument);
            }
            known.values.put(argument.substring(2, equal), argument.substring(equal + 1));
        }
        return known;
    }

    /** Refuses names besides these. */
    void allowOnly(Set<String> names) {
        values.keySet().forEach(name -> {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("unknown: --" + name + "; there are " + names);
            }
        });
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing: --" + name);
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }
}
