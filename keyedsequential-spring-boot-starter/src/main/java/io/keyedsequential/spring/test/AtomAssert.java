package io.keyedsequential.spring.test;

import io.keyedsequential.OperationState;
import org.assertj.core.api.AbstractAssert;

/** Assertions about one atom. Every failure comes with a report of what the atom holds. Does not wait. */
public final class AtomAssert extends AbstractAssert<AtomAssert, AtomUnderTest> {

    AtomAssert(AtomUnderTest actual) {
        super(actual, AtomAssert.class);
    }

    /**
     * It has no operation and no lane, now.
     *
     * @return this
     */
    public AtomAssert isIdle() {
        isNotNull();
        if (actual.stats().lanes() > 0) {
            failWithMessage("expected to be idle:%n%s", actual.report());
        }
        return this;
    }

    /**
     * So many operations have completed since the last reset.
     *
     * @param count how many exactly
     * @return this
     */
    public AtomAssert hasCompleted(int count) {
        return has(count, OperationState.COMPLETED);
    }

    /**
     * So many operations have failed since the last reset, for good: a failed attempt after which another one follows
     * does not count.
     *
     * @param count how many exactly
     * @return this
     */
    public AtomAssert hasFailed(int count) {
        return has(count, OperationState.FAILED);
    }

    /**
     * No operation has failed since the last reset, and none is parked.
     *
     * @return this
     */
    public AtomAssert hasNoFailures() {
        has(0, OperationState.FAILED);
        if (actual.stats().parked() > 0) {
            failWithMessage("expected no parked operation:%n%s", actual.report());
        }
        return this;
    }

    /**
     * Goes on with one key.
     *
     * @param key the key
     * @return its assertions
     */
    public KeyAssert key(Object key) {
        isNotNull();
        return new KeyAssert(this, actual, key);
    }

    private AtomAssert has(int count, OperationState state) {
        isNotNull();
        long found = actual.operations().stream()
                .filter(operation -> operation.state() == state)
                .count();
        if (found != count) {
            failWithMessage(
                    "expected %d operations to have %s, but %d have:%n%s",
                    count, state == OperationState.COMPLETED ? "completed" : "failed", found, actual.report());
        }
        return this;
    }
}
