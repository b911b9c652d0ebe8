package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Many small random schedules, each replayable by its seed, the structure checked after every step. */
class SteppedLanesTest {

    private static final int SCHEDULES = Integer.getInteger("stepped.schedules", 20_000);
    private static final int STEPS = 120;

    @Test
    void everyStepOfEveryScheduleKeepsTheInvariants() {
        long steps = 0;
        for (long seed = 0; seed < SCHEDULES; seed++) {
            steps += new SteppedSchedule(seed).run(STEPS);
        }
        assertThat(steps).isEqualTo((long) SCHEDULES * STEPS);
    }
}
