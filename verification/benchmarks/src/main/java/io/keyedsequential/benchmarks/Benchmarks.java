package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.ContenderKind;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/** The main program. */
public final class Benchmarks {

    /** First word of a command line that the program gives to itself: measure here, start nothing. */
    static final String FORK = "fork";

    private static final List<Mode> MODES = List.of(
            new ThroughputMode(), new VirtualThreadsMode(), new LatencyMode(), new MemoryMode(), new CorrectnessMode());

    private Benchmarks() {}

    /**
     * Runs one mode.
     *
     * @param args the mode's name and its options; without any, prints what there is
     */
    public static void main(String[] args) {
        int code;
        try {
            code = run(System.out, args);
        } catch (Exception | Error failed) {
            failed.printStackTrace();
            code = 1;
        }
        System.out.flush();
        // Not exit: contenders may still hold threads and a backlog that nobody needs to see the end of.
        Runtime.getRuntime().halt(code);
    }

    /**
     * Runs one mode.
     *
     * @param out where the table goes, or in a fork the readings
     * @return the exit code
     */
    static int run(PrintStream out, String... args) throws Exception {
        boolean fork = args.length > 0 && args[0].equals(FORK);
        List<String> words = Arrays.asList(args).subList(fork ? 1 : 0, args.length);
        if (words.isEmpty()) {
            out.print(usage());
            return 2;
        }
        Arguments arguments;
        Mode mode;
        try {
            mode = mode(words.get(0));
            arguments = Arguments.parse(Options.of(mode), words.subList(1, words.size()));
            if (!fork) {
                return new Comparison(mode, arguments, out).run();
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            return 2;
        }
        Readings readings = new Readings(out);
        mode.measure(arguments, readings);
        return readings.violated() ? 1 : 0;
    }

    private static Mode mode(String name) {
        return MODES.stream()
                .filter(mode -> mode.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no mode \"%s\"; there are: %s"
                        .formatted(
                                name,
                                String.join(", ", MODES.stream().map(Mode::name).toList()))));
    }

    private static String usage() {
        StringBuilder text = new StringBuilder("usage: java -jar benchmarks.jar <mode> [--option value]...\n\n");
        for (Mode mode : MODES) {
            text.append(mode.name()).append(": ").append(mode.purpose()).append('\n');
            Options.of(mode).forEach((option, byDefault) -> text.append("    --")
                    .append(option)
                    .append(' ')
                    .append(byDefault.isEmpty() ? "\"\"" : byDefault)
                    .append('\n'));
        }
        return text.append(
                        "\nThe values shown are the defaults; where commas make sense, several values are compared.\n")
                .append("contenders: ")
                .append(String.join(", ", ContenderKind.labels()))
                .append('\n')
                .toString();
    }
}
