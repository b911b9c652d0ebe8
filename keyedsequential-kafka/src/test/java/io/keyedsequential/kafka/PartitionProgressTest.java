package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.keyedsequential.kafka.PartitionProgress.Entry;
import io.keyedsequential.kafka.PartitionProgress.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What may begin, what is acknowledged, and when a partition is at rest: decided without a consumer, a thread or a clock. */
class PartitionProgressTest {

    @Test
    void theWatermarkIsTheFirstRecordThatIsNotDone() {
        PartitionProgress progress = new PartitionProgress(10);
        assertThat(progress.watermark()).isEqualTo(-1);
        Entry first = progress.open(5);
        Entry second = progress.open(6);
        Entry third = progress.open(9); // a transaction has left marks in between
        assertThat(progress.watermark()).isEqualTo(5);

        run(progress, second);
        run(progress, third);
        assertThat(progress.watermark()).isEqualTo(5);
        assertThat(progress.size()).isEqualTo(3); // all three are delivered again after a crash

        run(progress, first);
        assertThat(progress.watermark()).isEqualTo(10);
        assertThat(progress.size()).isZero();
    }

    @Test
    void aFullWindowTakesRecordsAgainWhenItIsHalfEmpty() {
        PartitionProgress progress = new PartitionProgress(4);
        List<Entry> entries = open(progress, 4);
        assertThat(progress.isFull()).isTrue();
        assertThat(progress.room()).isZero();

        run(progress, entries.get(0));
        assertThat(progress.room()).isZero();
        run(progress, entries.get(1));
        assertThat(progress.isFull()).isFalse();
        assertThat(progress.room()).isEqualTo(2);
    }

    @Test
    void aWindowOfOneTakesOneRecordAfterTheOther() {
        PartitionProgress progress = new PartitionProgress(1);
        Entry first = progress.open(0);
        assertThat(progress.room()).isZero();
        run(progress, first);
        assertThat(progress.room()).isEqualTo(1);
    }

    @Test
    void aRecordThatWasNotTakenOverMayComeAgain() {
        PartitionProgress progress = new PartitionProgress(4);
        run(progress, progress.open(3));
        long before = progress.last();
        Entry refused = progress.open(4);
        progress.takeBack(refused, before);
        assertThat(progress.watermark()).isEqualTo(4);
        assertThat(progress.isNext(4)).isTrue();
        Entry begun = progress.open(4);
        assertThat(progress.begin(begun)).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> progress.takeBack(begun, before));
    }

    @Test
    void aCutLetsOnlyThatBeginWhichStandsBeforeSomethingThatHasBegun() {
        PartitionProgress progress = new PartitionProgress(10);
        List<Entry> entries = open(progress, 5);
        run(progress, entries.get(0));
        progress.begin(entries.get(2));
        progress.cut(true);

        assertThat(progress.isSettled()).isFalse();
        assertThat(progress.mayBegin(entries.get(1))).isTrue();
        assertThat(progress.mayBegin(entries.get(3))).isFalse();
        run(progress, entries.get(1));
        assertThat(progress.isSettled()).isFalse();
        progress.bodyEnded(entries.get(2), false);
        assertThat(progress.isSettled()).isFalse(); // its operation has not said how it ended
        progress.done(entries.get(2));
        assertThat(progress.isSettled()).isTrue();
        assertThat(progress.watermark()).isEqualTo(3);
        assertThat(progress.room()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> progress.open(7));
    }

    @Test
    void aRecordThatWasDoneAheadIsBehindTheCut() {
        PartitionProgress progress = new PartitionProgress(10);
        List<Entry> entries = open(progress, 3);
        run(progress, entries.get(2));
        progress.cut(true);
        assertThat(progress.mayBegin(entries.get(0))).isTrue();
        run(progress, entries.get(0));
        run(progress, entries.get(1));
        assertThat(progress.isSettled()).isTrue();
        assertThat(progress.watermark()).isEqualTo(3);
    }

    @Test
    void nothingIsWaitedForBehindARecordThatWaitsForAnOperator() {
        PartitionProgress progress = new PartitionProgress(10);
        List<Entry> entries = open(progress, 4);
        progress.begin(entries.get(1));
        progress.bodyEnded(entries.get(1), true);
        progress.begin(entries.get(3));
        progress.cut(true);

        assertThat(progress.mayBegin(entries.get(0))).isTrue();
        assertThat(progress.mayBegin(entries.get(1))).as("another attempt").isFalse();
        assertThat(progress.mayBegin(entries.get(2)))
                .as("the watermark does not get there")
                .isFalse();
        run(progress, entries.get(0));
        assertThat(progress.isSettled())
                .as("a body runs, which another owner would run as well")
                .isFalse();
        progress.bodyEnded(entries.get(3), false);
        progress.done(entries.get(3));
        assertThat(progress.isSettled()).isTrue();
        assertThat(progress.watermark()).isEqualTo(1);
        assertThat(progress.drop()).containsExactly(entries.get(1));
    }

    @Test
    void aCutWithoutStartsWaitsForWhatRunsOnly() {
        PartitionProgress progress = new PartitionProgress(10);
        List<Entry> entries = open(progress, 3);
        progress.begin(entries.get(1));
        progress.cut(false);
        assertThat(progress.mayBegin(entries.get(0))).isFalse();
        assertThat(progress.isSettled()).isFalse();
        progress.bodyEnded(entries.get(1), false);
        progress.done(entries.get(1));
        assertThat(progress.isSettled()).isTrue();
        assertThat(progress.watermark()).isZero();
    }

    @Test
    void aRecordThatIsBeingRecoveredIsWaitedFor() {
        PartitionProgress progress = new PartitionProgress(10);
        Entry poison = progress.open(0);
        progress.begin(poison);
        progress.bodyEnded(poison, false);
        assertThat(progress.settle(poison)).isTrue();
        assertThat(progress.settle(poison)).as("twice").isFalse();
        progress.cut(true);
        assertThat(progress.isSettled()).isFalse();
        assertThat(progress.watermark()).isZero();
        progress.done(poison);
        assertThat(progress.isSettled()).isTrue();
        assertThat(progress.watermark()).isEqualTo(1);
    }

    @Test
    void aBodyThatOutlivesItsOperationIsWaitedFor() {
        PartitionProgress progress = new PartitionProgress(10);
        Entry slow = progress.open(0);
        progress.begin(slow);
        progress.settle(slow); // its time was up
        progress.done(slow);
        progress.cut(true);
        assertThat(progress.isSettled()).isFalse();
        progress.bodyEnded(slow, false);
        assertThat(progress.isSettled()).isTrue();
    }

    @Test
    void nothingCountsThatEndsAfterThePartitionHasGone() {
        PartitionProgress progress = new PartitionProgress(10);
        List<Entry> entries = open(progress, 2);
        progress.begin(entries.get(0));
        progress.drop();
        progress.bodyEnded(entries.get(0), false);
        progress.done(entries.get(0));
        assertThat(progress.settle(entries.get(1))).isFalse();
        assertThat(progress.begin(entries.get(1))).isFalse();
        assertThat(progress.watermark()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> progress.open(2));
    }

    @Test
    void offsetsAscendAndAWindowHasRoomForOne() {
        PartitionProgress progress = new PartitionProgress(2);
        progress.open(7);
        assertThatIllegalArgumentException().isThrownBy(() -> progress.open(7)).withMessage("offset 7 after 7");
        assertThatIllegalArgumentException().isThrownBy(() -> new PartitionProgress(0));
    }

    /** Any order of events: what is acknowledged is exactly what is done without a gap, and every partition comes to rest. */
    @Property(tries = 500)
    void theWatermarkIsRightInAnyOrderOfEvents(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int limit) {
        Random random = new Random(seed);
        PartitionProgress progress = new PartitionProgress(limit);
        List<Entry> opened = new ArrayList<>();
        List<Entry> bodies = new ArrayList<>();
        long offset = random.nextInt(3);
        long watermark = -1;
        for (int step = 0; step < 200; step++) {
            int room = progress.room();
            assertThat(room).isLessThanOrEqualTo(limit - progress.size());
            if (room > 0 && random.nextInt(3) == 0) {
                opened.add(progress.open(offset));
                offset += 1 + random.nextInt(2);
            }
            if (!opened.isEmpty()) {
                move(progress, opened.get(random.nextInt(opened.size())), bodies, random);
            }
            watermark = check(progress, opened, watermark, limit);
        }

        progress.cut(true);
        for (int rounds = 0; !progress.isSettled() && rounds < 10_000; rounds++) {
            move(progress, opened.get(random.nextInt(opened.size())), bodies, random);
            watermark = check(progress, opened, watermark, limit);
        }
        assertThat(progress.isSettled()).isTrue();
        assertThat(bodies).isEmpty();
        assertThat(opened).noneMatch(progress::mayBegin);
        long held = progress.drop().size();
        assertThat(opened.stream().filter(entry -> entry.state() == State.HELD)).hasSize((int) held);
        assertThat(progress.watermark()).isEqualTo(watermark);
    }

    /** Lets something happen to a record that may happen to it now. */
    private static void move(PartitionProgress progress, Entry entry, List<Entry> bodies, Random random) {
        if (bodies.contains(entry)) {
            boolean waits = entry.state() == State.RUNNING && random.nextInt(4) == 0;
            if (entry.state() == State.RUNNING && !waits && random.nextInt(8) == 0) {
                progress.settle(entry); // before its body has ended
            } else {
                progress.bodyEnded(entry, waits);
                bodies.remove(entry);
            }
            return;
        }
        switch (entry.state()) {
            case OPEN, HELD -> {
                if (progress.begin(entry)) {
                    bodies.add(entry);
                }
            }
            case RUNNING -> {
                if (random.nextBoolean()) {
                    progress.done(entry);
                } else {
                    progress.settle(entry);
                }
            }
            case SETTLING -> progress.done(entry);
            case DONE -> assertThat(progress.mayBegin(entry)).isFalse();
        }
    }

    private static long check(PartitionProgress progress, List<Entry> opened, long before, int limit) {
        long expected = opened.stream()
                .filter(entry -> entry.state() != State.DONE)
                .mapToLong(Entry::offset)
                .min()
                .orElse(opened.isEmpty() ? -1 : opened.get(opened.size() - 1).offset() + 1);
        assertThat(progress.watermark()).isEqualTo(expected);
        assertThat(expected).isGreaterThanOrEqualTo(before);
        assertThat(progress.size()).isLessThanOrEqualTo(limit).isEqualTo((int)
                opened.stream().filter(entry -> entry.offset() >= expected).count());
        return expected;
    }

    private static List<Entry> open(PartitionProgress progress, int count) {
        List<Entry> entries = new ArrayList<>();
        for (int offset = 0; offset < count; offset++) {
            entries.add(progress.open(offset));
        }
        return entries;
    }

    private static void run(PartitionProgress progress, Entry entry) {
        assertThat(progress.begin(entry)).isTrue();
        progress.bodyEnded(entry, false);
        progress.done(entry);
    }
}
