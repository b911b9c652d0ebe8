package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OperationStateTest {

    /** Parked is not the end: the operation is still in its lane and may be retried. */
    @Test
    void whatIsInALaneIsNotFinished() {
        assertThat(Arrays.stream(OperationState.values()).filter(state -> !state.isFinished()))
                .containsExactlyInAnyOrder(
                        OperationState.QUEUED,
                        OperationState.RUNNING,
                        OperationState.AWAITING,
                        OperationState.BACKING_OFF,
                        OperationState.PARKED);
    }

    /** An operation's state is a number that is zero when it is made. */
    @Test
    void aNewOperationIsQueued() {
        assertThat(Operation.QUEUED).isZero();
    }

    /** What stands in a lane's queue is told by one comparison. */
    @Test
    void theStatesInWhichAnOperationStandsInItsLaneComeFirst() {
        assertThat(Operation.PARKED).isEqualTo(2);
        assertThat(Operation.BACKING_OFF).isEqualTo(1);
    }
}
