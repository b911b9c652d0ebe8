package io.keyedsequential.benchmarks.contender;

/**
 * What a contender promises and needs; decides which measurements make sense for it.
 *
 * @param ordered whether operations of one key run in order and never overlap
 * @param anyExecutor whether it runs on threads that it is given; otherwise it makes its own, and they are platform threads
 * @param firstJava the first Java release it runs on
 * @param queueBound how many operations it takes before a producer has to wait
 */
public record Traits(boolean ordered, boolean anyExecutor, int firstJava, int queueBound) {

    static final Traits ORDERED = new Traits(true, true, 17, Integer.MAX_VALUE);
    static final Traits UNORDERED = new Traits(false, true, 17, Integer.MAX_VALUE);

    Traits ownThreads() {
        return new Traits(ordered, false, firstJava, queueBound);
    }

    Traits since(int java) {
        return new Traits(ordered, anyExecutor, java, queueBound);
    }

    Traits bound(int operations) {
        return new Traits(ordered, anyExecutor, firstJava, operations);
    }
}
