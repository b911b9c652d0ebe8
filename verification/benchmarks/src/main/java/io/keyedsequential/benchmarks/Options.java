package io.keyedsequential.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** The options that every mode has, and those of one mode behind them. */
final class Options {

    static final String CONTENDER = "contender";
    static final String FORKS = "forks";
    static final String TIMEOUT_SECONDS = "timeout-seconds";
    static final String HEAP = "heap";
    static final String JVM = "jvm";

    private Options() {}

    static Map<String, String> of(Mode mode) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put(CONTENDER, "all");
        defaults.put(FORKS, "5");
        defaults.put(HEAP, "2g");
        defaults.put(TIMEOUT_SECONDS, "300");
        defaults.put(JVM, "");
        defaults.putAll(mode.options());
        return defaults;
    }
}
