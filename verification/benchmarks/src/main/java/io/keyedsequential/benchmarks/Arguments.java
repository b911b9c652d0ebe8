package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.ContenderKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The options of one run, every one with a value. Immutable. */
final class Arguments {

    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    static Arguments parse(Map<String, String> defaults, List<String> words) {
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (int i = 0; i < words.size(); i += 2) {
            String word = words.get(i);
            String option = word.startsWith("--") ? word.substring(2) : word;
            if (!word.startsWith("--") || !defaults.containsKey(option)) {
                throw new IllegalArgumentException(
                        "no option \"%s\"; there are: --%s".formatted(word, String.join(", --", defaults.keySet())));
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("%s needs a value".formatted(word));
            }
            values.put(option, words.get(i + 1));
        }
        return new Arguments(values);
    }

    String text(String option) {
        String value = values.get(option);
        if (value == null) {
            throw new IllegalStateException("no option " + option);
        }
        return value;
    }

    /** A whole number; {@code k} and {@code M} at its end are thousands and millions. */
    int number(String option) {
        return number(option, text(option));
    }

    long millisAsNanos(String option) {
        return TimeUnit.MILLISECONDS.toNanos(number(option));
    }

    ContenderKind contender() {
        return ContenderKind.of(text(Options.CONTENDER));
    }

    static int number(String what, String value) {
        String digits = value.replace("_", "");
        int unit = 1;
        if (digits.toLowerCase(Locale.ROOT).endsWith("k")) {
            unit = 1_000;
        } else if (digits.endsWith("M")) {
            unit = 1_000_000;
        }
        try {
            int number = Integer.parseInt(unit == 1 ? digits : digits.substring(0, digits.length() - 1));
            if (number < 0) {
                throw new NumberFormatException("negative");
            }
            return Math.multiplyExact(number, unit);
        } catch (NumberFormatException | ArithmeticException wrong) {
            throw new IllegalArgumentException(
                    "%s must be a whole number such as 7, 10k or 1M, was \"%s\"".formatted(what, value), wrong);
        }
    }

    Arguments with(String option, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(option, value);
        return new Arguments(changed);
    }

    /** Every combination of the comma-separated values of some options; the first option varies slowest. */
    List<Arguments> combinations(List<String> axes) {
        List<Arguments> combinations = List.of(this);
        for (String axis : axes) {
            List<String> choices =
                    Arrays.stream(text(axis).split(",")).map(String::strip).toList();
            List<Arguments> longer = new ArrayList<>();
            for (Arguments arguments : combinations) {
                choices.forEach(choice -> longer.add(arguments.with(axis, choice)));
            }
            combinations = longer;
        }
        return combinations;
    }

    List<String> toCommandLine() {
        List<String> words = new ArrayList<>();
        values.forEach((option, value) -> {
            words.add("--" + option);
            words.add(value);
        });
        return words;
    }
}
