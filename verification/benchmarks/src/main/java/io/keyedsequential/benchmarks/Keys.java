package io.keyedsequential.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Key sequences, made before anything is measured, the same in every fork. A sequence refers to one object per key, so
 * that neither making keys nor fetching a million copies of them is part of a sample.
 */
final class Keys {

    /** How many keys the Zipf workload draws from, and how steeply. */
    private static final int ZIPF_KEYS = 100_000;

    private static final double ZIPF_EXPONENT = 1.1;

    private static final long SEED = 20_240_229;

    private Keys() {}

    /** The sequence of a workload: {@code zipf}, or a number of equally likely keys. */
    static Long[] sequence(String workload, int length) {
        return workload.equals("zipf")
                ? zipf(count(workload), ZIPF_EXPONENT, length)
                : uniform(count(workload), length);
    }

    /** How many keys a workload has. */
    static int count(String workload) {
        return workload.equals("zipf") ? ZIPF_KEYS : Arguments.number("workload", workload);
    }

    static Long[] uniform(int count, int length) {
        Long[] keys = distinct(count);
        SplittableRandom random = new SplittableRandom(SEED);
        Long[] sequence = new Long[length];
        Arrays.setAll(sequence, i -> keys[random.nextInt(count)]);
        return sequence;
    }

    private static Long[] zipf(int count, double exponent, int length) {
        Long[] keys = distinct(count);
        double[] cumulated = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++) {
            sum += 1 / Math.pow(rank + 1, exponent);
            cumulated[rank] = sum;
        }
        double total = sum;
        SplittableRandom random = new SplittableRandom(SEED);
        Long[] sequence = new Long[length];
        Arrays.setAll(sequence, i -> {
            int found = Arrays.binarySearch(cumulated, random.nextDouble() * total);
            return keys[Math.min(found < 0 ? -found - 1 : found, count - 1)];
        });
        return sequence;
    }

    /** Distinct keys whose hashes are scattered; consecutive numbers would flatter every hash table there is. */
    static Long[] distinct(int count) {
        Long[] keys = new Long[count];
        Arrays.setAll(keys, i -> scattered(i));
        return keys;
    }

    /** A one-to-one scrambling: odd multipliers and xor-shifts can be undone, so no two numbers meet. */
    private static long scattered(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
        return z ^ (z >>> 29);
    }
}
