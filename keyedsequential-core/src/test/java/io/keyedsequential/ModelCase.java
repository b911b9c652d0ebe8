package io.keyedsequential;

import java.time.Duration;
import java.util.List;

/**
 * What is played against engine and model.
 *
 * @param options of the coordinator
 * @param steps one after another
 * @param closeAtOnce whether it ends by closing with everything still in it, and not by letting all of it end first
 */
record ModelCase(Options options, List<Step> steps, boolean closeAtOnce) {

    /** What a step does; the numbers of the step say to what. */
    enum Act {
        EXECUTE,
        TRY_EXECUTE,
        SUBMIT,
        SUBMIT_ASYNC,
        LATEST,
        LATEST_LONG_QUIET,
        LATEST_SHORT_QUIET,
        RUN,
        LET_GO,
        COMPLETE_STAGE,
        FAIL_STAGE,
        FIRE,
        PAUSE,
        RESUME,
        PAUSE_KEY,
        RESUME_KEY,
        LIMIT,
        RETRY,
        SKIP,
        PURGE,
        CANCEL,
        CANCEL_FUTURE,
        CLOSE_INTAKE,
        OPEN_INTAKE
    }

    /** What a body does. Every attempt does the same, but for {@link #FAIL_FIRST}. */
    enum Body {
        SUCCEED,
        HOLD,
        FAIL,
        FAIL_FIRST,
        FAIL_PARKING,
        FAIL_HALTING,
        HOLD_AND_FAIL,
        /** Holds, and throws if it has been interrupted meanwhile. */
        HOLD_AND_HEED,
        /** Enqueues another operation, for the next key. */
        SPAWN
    }

    /**
     * One step.
     *
     * @param act what
     * @param key the number of the key, if one is needed
     * @param which chooses among what is there: an operation, a timer, a limit
     * @param body of the operation that is enqueued, if one is
     */
    record Step(Act act, int key, int which, Body body) {
        @Override
        public String toString() {
            return act + "(" + key + "," + which + "," + body + ")";
        }
    }

    /** What the coordinator is built with. Time limits are as in {@link SteppedTimer}; {@code true} sets one. */
    record Options(
            int maxConcurrency,
            int perKeyConcurrency,
            int capacity,
            int capacityPerKey,
            boolean fair,
            boolean priority,
            boolean block,
            int attempts,
            boolean backoff,
            ExhaustedPolicy exhausted,
            boolean queueTimeout,
            boolean runTimeout) {

        CoordinatorOptions build(CoordinatorListener listener, SteppedExecutor executor) {
            KeyedCoordinator.Builder<String> builder = KeyedCoordinator.<String>builder("orders")
                    .maxConcurrency(maxConcurrency)
                    .perKeyConcurrency(perKeyConcurrency)
                    .capacity(capacity)
                    .capacityPerKey(Math.min(capacity, capacityPerKey))
                    .fairScheduling(fair)
                    .window(256)
                    .closeTimeout(Duration.ZERO)
                    .exhaustedPolicy(exhausted)
                    .exhaustedPolicy(ReferenceModel.Failure.PARKING.type, ExhaustedPolicy.PARK)
                    .exhaustedPolicy(ReferenceModel.Failure.HALTING.type, ExhaustedPolicy.HALT)
                    .executor(executor)
                    .listener(listener);
            if (priority) {
                builder.priority(key -> key.charAt(0) - 'a');
            }
            if (block) {
                builder.overflowPolicy(OverflowPolicy.BLOCK).blockTimeout(Duration.ofNanos(1));
            } else {
                builder.overflowPolicy(OverflowPolicy.REJECT);
            }
            if (attempts > 1) {
                builder.retryPolicy(retries());
            }
            if (queueTimeout) {
                builder.queueTimeout(Duration.ofNanos(SteppedTimer.QUEUE_TIMEOUT));
            }
            if (runTimeout) {
                builder.runTimeout(Duration.ofNanos(SteppedTimer.RUN_TIMEOUT));
            }
            return builder.toOptions();
        }

        private RetryPolicy retries() {
            RetryPolicy.Builder builder =
                    RetryPolicy.builder().maxAttempts(attempts).retryOn(ReferenceModel.Failure.PLAIN.type);
            return backoff
                    ? builder.backoff(Duration.ofNanos(SteppedTimer.BACKOFF))
                            .multiplier(1)
                            .jitter(0)
                            .build()
                    : builder.backoff(Duration.ZERO).build();
        }
    }

    @Override
    public String toString() {
        return options + (closeAtOnce ? ", closed at once, " : ", ") + steps;
    }
}
