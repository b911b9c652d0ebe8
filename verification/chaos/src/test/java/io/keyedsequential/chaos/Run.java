package io.keyedsequential.chaos;

/** A body that began, as the ledger has it. Times are numbers of lines. */
final class Run {

    enum Result {
        NONE,
        ENDED,
        FAILED
    }

    final String instance;
    final String key;
    final int number;
    final boolean doomed;
    final int began;
    Result result = Result.NONE;
    int resultAt = Integer.MAX_VALUE;

    Run(String instance, String key, int number, boolean doomed, int began) {
        this.instance = instance;
        this.key = key;
        this.number = number;
        this.doomed = doomed;
        this.began = began;
    }

    void has(Result known, int at) {
        result = known;
        resultAt = at;
    }

    boolean endedBefore(int time) {
        return result == Result.ENDED && resultAt < time;
    }

    @Override
    public String toString() {
        return "%s#%d on %s (lines %d to %s)"
                .formatted(key, number, instance, began, resultAt == Integer.MAX_VALUE ? "?" : resultAt);
    }
}
