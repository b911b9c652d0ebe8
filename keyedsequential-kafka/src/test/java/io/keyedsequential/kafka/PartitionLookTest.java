package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.kafka.PartitionProgress.State;
import java.util.Locale;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators are told of a partition, in words. */
class PartitionLookTest {

    private static final TopicPartition ID = new TopicPartition("orders", 3);

    private final Locale before = Locale.getDefault();

    @BeforeEach
    void elsewhere() {
        Locale.setDefault(Locale.GERMANY); // which writes 1.000
    }

    @AfterEach
    void back() {
        Locale.setDefault(before);
    }

    @Test
    void aFullWindowIsAPauseBehindItsFirstRecord() {
        assertThat(look(42, 1_000, true, 500, State.RUNNING).sentence(1_000, ""))
                .isEqualTo("partition 3 of topic orders is paused: its window of 1,000 is full behind offset 42, whose "
                        + "operation runs");
        assertThat(look(42, 1_000, true, 500, State.HELD).sentence(1_000, "a record of another key"))
                .isEqualTo(
                        "partition 3 of topic orders is paused: its window of 1,000 is full behind offset 42, a record "
                                + "of another key, whose operation has failed and waits for its next attempt, or for an operator");
    }

    @Test
    void whatIsUnderWayIsToldWithHowMuchOfTheWindowIsTaken() {
        assertThat(look(42, 1_234, false, 0, State.OPEN).sentence(5_000, "a record of this key"))
                .isEqualTo("partition 3 of topic orders is acknowledged up to offset 42, a record of this key, whose "
                        + "operation waits for its turn; 1,234 of its window of 5,000 are taken");
        assertThat(look(42, 7, false, 1_500, State.SETTLING).sentence(5_000, ""))
                .endsWith(
                        "whose operation has failed for good and is being taken elsewhere; 7 of its window of 5,000 are "
                                + "taken; 1,500 records wait for room in the atom");
    }

    @Test
    void aPartitionThatIsIdleSaysSo() {
        assertThat(look(42, 0, false, 0, null).sentence(10, ""))
                .isEqualTo(
                        "partition 3 of topic orders is acknowledged up to offset 42, and nothing of it is under way");
        assertThat(look(-1, 0, false, 5, null).sentence(10, ""))
                .isEqualTo(
                        "nothing of partition 3 of topic orders is taken over yet; 5 records wait for room in the atom");
    }

    @Test
    void theLagIsCountedFromWhatIsNotDoneAndUnknownBeforeTheBrokerHasSpoken() {
        assertThat(new PartitionLook(ID, 42, -1, -1, 0, false, 0, null, null).lag())
                .isNull();
        assertThat(new PartitionLook(ID, 42, 90, 100, 0, false, 0, null, null).lag())
                .isEqualTo(58);
        assertThat(new PartitionLook(ID, -1, 90, 100, 0, false, 0, null, null).lag())
                .isEqualTo(10);
        assertThat(new PartitionLook(ID, 105, 90, 100, 0, false, 0, null, null).lag())
                .as("what was heard is older")
                .isZero();
    }

    private static PartitionLook look(long watermark, int taken, boolean full, int heldBack, State state) {
        return new PartitionLook(ID, watermark, 90, 100, taken, full, heldBack, state, null);
    }
}
