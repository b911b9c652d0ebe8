package io.keyedsequential.spring.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Compares {@link AnnotatedCall}'s two kinds of calls on a machine that does other work as well: in turns in one JVM, by the
 * processor time of its threads and the bytes that they allocate, neither of which counts what neighbours do meanwhile.
 * Time by the clock is shown beside them.
 *
 * <p>Arguments: {@code --customers=1,16,1000,100000}, {@code --rounds=9}, and {@code --batches=300} of {@value
 * AnnotatedCall#BATCH} calls for a round of each kind. Half as many rounds come first, warm up, and are not counted.
 */
public final class CallCosts {

    private CallCosts() {}

    /**
     * Measures and prints one line for each number of customers.
     *
     * @param arguments see above
     * @throws InterruptedException never
     */
    public static void main(String[] arguments) throws InterruptedException {
        int rounds = Integer.parseInt(option(arguments, "rounds", "9"));
        int batches = Integer.parseInt(option(arguments, "batches", "300"));
        System.out.printf(
                Locale.ROOT,
                "%9s | %22s %5s | %22s %5s | %22s %5s%n",
                "customers",
                "processor ns, ours/@A",
                "ratio",
                "bytes, ours/@Async",
                "ratio",
                "elapsed ns, ours/@A",
                "ratio");
        for (String customers :
                option(arguments, "customers", "1,16,1000,100000").split(",")) {
            System.out.println(compare(Integer.parseInt(customers), rounds, batches));
        }
    }

    private static String compare(int customers, int rounds, int batches) throws InterruptedException {
        AnnotatedCall calls = new AnnotatedCall();
        calls.customers = customers;
        calls.start();
        List<ThreadCosts> ours = new ArrayList<>();
        List<ThreadCosts> async = new ArrayList<>();
        try {
            int warmUp = rounds / 2;
            for (int i = 0; i < warmUp + rounds; i++) {
                ThreadCosts one = ThreadCosts.perCall(batches, calls::keyedSequential);
                ThreadCosts other = ThreadCosts.perCall(batches, calls::async);
                if (i >= warmUp) {
                    ours.add(one);
                    async.add(other);
                }
            }
        } finally {
            calls.stop();
        }
        return "%9d | %s | %s | %s"
                .formatted(
                        customers,
                        columns(ours, async, ThreadCosts::processorNanos),
                        columns(ours, async, ThreadCosts::bytes),
                        columns(ours, async, ThreadCosts::elapsedNanos));
    }

    /** Medians, and the median of the ratios of the rounds. */
    private static String columns(
            List<ThreadCosts> ours, List<ThreadCosts> async, ToDoubleFunction<ThreadCosts> measured) {
        double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = measured.applyAsDouble(ours.get(i)) / measured.applyAsDouble(async.get(i));
        }
        return String.format(
                Locale.ROOT,
                "%10.0f /%10.0f %5.2f",
                median(ours.stream().mapToDouble(measured).toArray()),
                median(async.stream().mapToDouble(measured).toArray()),
                median(ratios));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static String option(String[] arguments, String name, String otherwise) {
        String prefix = "--" + name + "=";
        for (String argument : arguments) {
            if (argument.startsWith(prefix)) {
                return argument.substring(prefix.length());
            }
        }
        return otherwise;
    }
}
