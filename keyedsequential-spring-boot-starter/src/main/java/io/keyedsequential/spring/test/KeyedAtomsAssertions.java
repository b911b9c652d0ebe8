package io.keyedsequential.spring.test;

import io.keyedsequential.Keys;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** The way to the assertions about atoms; {@code import static} its one method. Needs AssertJ. */
public final class KeyedAtomsAssertions {

    private KeyedAtomsAssertions() {}

    /**
     * Begins assertions about an atom.
     *
     * @param atom the atom
     * @return its assertions
     */
    public static AtomAssert assertThat(AtomUnderTest atom) {
        return new AtomAssert(atom);
    }

    /** Assertions about one atom. Every failure comes with a report of what the atom holds. Does not wait. */
    public static final class AtomAssert extends AbstractAssert<AtomAssert, AtomUnderTest> {

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
         * So many operations have failed since the last reset, for good: a failed attempt after which another one
         * follows does not count.
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

        /**
         * Assertions about one key of an atom. Every failure comes with a report of what the atom holds. Does not wait.
         */
        public static final class KeyAssert extends AbstractAssert<KeyAssert, Object> {

            private final AtomAssert atomAssert;
            private final AtomUnderTest atom;
            private final Object key;

            KeyAssert(AtomAssert atomAssert, AtomUnderTest atom, Object key) {
                super(key, KeyAssert.class);
                this.atomAssert = atomAssert;
                this.atom = atom;
                this.key = key;
            }

            /**
             * Exactly these operations of the key have run since the last reset, whatever came of them, and began in
             * this order.
             *
             * @param operations names of operations; by default the names of the methods
             * @return this
             */
            public KeyAssert ranInOrder(String... operations) {
                List<@Nullable String> ran = atom.operations(key).stream()
                        .filter(operation -> operation.startedAt() != null)
                        .sorted(Comparator.comparing(OperationSnapshot::startedAt))
                        .<@Nullable String>map(OperationSnapshot::name)
                        .toList();
                if (!ran.equals(List.of(operations))) {
                    failWithMessage(
                            "expected key '%s' to have run %s, but it has run %s:%n%s",
                            Keys.describe(key), List.of(operations), ran, atom.report());
                }
                return this;
            }

            /**
             * No two operations of the key ran at the same time since the last reset.
             *
             * @return this
             */
            public KeyAssert neverOverlapped() {
                int overlaps = atom.overlaps(key);
                if (overlaps > 0) {
                    failWithMessage(
                            "expected one operation of key '%s' at a time, but %d began while another one "
                                    + "ran; perKeyConcurrency is %d:%n%s",
                            Keys.describe(key),
                            overlaps,
                            atom.coordinator().options().perKeyConcurrency(),
                            atom.report());
                }
                return this;
            }

            /**
             * So many operations of the key have completed since the last reset.
             *
             * @param count how many exactly
             * @return this
             */
            public KeyAssert hasCompleted(int count) {
                long found = atom.operations(key).stream()
                        .filter(operation -> operation.state() == OperationState.COMPLETED)
                        .count();
                if (found != count) {
                    failWithMessage(
                            "expected %d operations of key '%s' to have completed, but %d have:%n%s",
                            count, Keys.describe(key), found, atom.report());
                }
                return this;
            }

            /**
             * An operation of the key has failed since the last reset, or is parked, with an error of this type.
             *
             * @param type the type of the error, or one that it extends
             * @return this
             */
            public KeyAssert failedWith(Class<? extends Throwable> type) {
                boolean failed = atom.operations(key).stream()
                        .map(OperationSnapshot::error)
                        .anyMatch(type::isInstance);
                boolean held = lane() != null
                        && lane().operations().stream()
                                .map(OperationSnapshot::error)
                                .anyMatch(type::isInstance);
                if (!failed && !held) {
                    failWithMessage(
                            "expected an operation of key '%s' to have failed with %s:%n%s",
                            Keys.describe(key), type.getName(), atom.report());
                }
                return this;
            }

            /**
             * The key waits for an operator, now.
             *
             * @return this
             */
            public KeyAssert isParked() {
                LaneSnapshot lane = lane();
                if (lane == null || lane.state() != LaneState.PARKED) {
                    failWithMessage("expected key '%s' to be parked:%n%s", Keys.describe(key), atom.report());
                }
                return this;
            }

            /**
             * The key has no operation and is not paused, now.
             *
             * @return this
             */
            public KeyAssert isIdle() {
                if (lane() != null) {
                    failWithMessage("expected key '%s' to be idle:%n%s", Keys.describe(key), atom.report());
                }
                return this;
            }

            /**
             * Goes back to the atom.
             *
             * @return its assertions
             */
            public AtomAssert and() {
                return atomAssert;
            }

            private @Nullable LaneSnapshot lane() {
                return atom.lane(key).orElse(null);
            }
        }
    }
}
