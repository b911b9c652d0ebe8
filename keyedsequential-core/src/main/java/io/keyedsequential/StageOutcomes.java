package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/** What becomes of an operation, or of an attempt of it, that its stage has ended, on whatever thread that is. */
final class StageOutcomes<K> {

    private final Outcomes<K> outcomes;
    private final Retries<K> retries;
    private final Listeners listeners;
    private final IdleWatch idleWatch;

    StageOutcomes(Outcomes<K> outcomes, Retries<K> retries, Listeners listeners, IdleWatch idleWatch) {
        this.outcomes = outcomes;
        this.retries = retries;
        this.listeners = listeners;
        this.idleWatch = idleWatch;
    }

    /** A stage has ended its operation, or an attempt of it, on whatever thread. */
    void stageEnded(StageOperation<K, ?> operation, @Nullable Object result, @Nullable Throwable stageFailure) {
        idleWatch.tellingBegins();
        StageCompletions.run(idleWatch, () -> {
            boolean ends = true;
            RunTimeout<K> limit = operation.takeLimit();
            Throwable failure = limit == null ? stageFailure : limit.end(stageFailure);
            try {
                long now = System.nanoTime();
                if (failure != null && retries.heldBack(null, operation, limit, failure, now)) {
                    ends = false;
                    return;
                }
                if (!operation.claimEnd()) {
                    ends = false;
                    listeners.cameBack(operation, failure);
                    return;
                }
                outcomes.endedByStage(operation, failure, now);
            } finally {
                try {
                    if (ends) {
                        outcomes.tell(operation, result, failure);
                    }
                } finally {
                    idleWatch.tellingEnds();
                }
            }
        });
    }
}
