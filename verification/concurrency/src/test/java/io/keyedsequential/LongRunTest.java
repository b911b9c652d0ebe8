package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A few seconds of what {@link LongRun} does for minutes, always from the same seeds. */
class LongRunTest {

    @Test
    void randomFaultsLeaveNothingBehind() throws InterruptedException {
        assertThat(LongRun.run(Integer.getInteger("longrun.seconds", 8), 1)).isEmpty();
    }
}
