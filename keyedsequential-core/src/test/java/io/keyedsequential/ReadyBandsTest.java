package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyBandsTest {

    private static final int TOP = ReadyBands.BANDS - 1;

    /** Turns after which the lowest band goes before the highest. */
    private static final int PATIENCE_OF_LOWEST = ReadyBands.BANDS * ReadyBands.PATIENCE;

    private final ReadyBands<Integer> bands = new ReadyBands<>();

    private int lanes;

    private Lane<Integer> lane(int band) {
        lanes++;
        return new Lane<>(lanes, lanes, band);
    }

    private Lane<Integer> added(int band) {
        Lane<Integer> lane = lane(band);
        bands.add(lane);
        return lane;
    }

    /** Polls, and puts the lane back at the end of its band, as one that has more to do. */
    private Lane<Integer> turn() {
        Lane<Integer> lane = bands.poll();
        bands.add(lane);
        return lane;
    }

    private int turnsUntil(Lane<Integer> awaited) {
        int others = 0;
        while (turn() != awaited) {
            others++;
            assertThat(others).as("turns of others").isLessThan(100_000);
        }
        return others;
    }

    @Test
    void aHigherBandGoesFirstWhicheverCameFirst() {
        List<Lane<Integer>> expected = new ArrayList<>();
        for (int band = 0; band < ReadyBands.BANDS; band++) {
            expected.add(0, added(band));
        }
        for (Lane<Integer> lane : expected) {
            assertThat(lane.isReady()).isTrue();
            assertThat(bands.poll()).isSameAs(lane);
            assertThat(lane.isReady()).isFalse();
        }
        assertThat(bands.hasTokens()).isFalse();
        assertThat(bands.poll()).isNull();
    }

    @Test
    void withinABandTheFirstGoesFirst() {
        List<Lane<Integer>> lanes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lanes.add(added(3));
        }
        for (Lane<Integer> lane : lanes) {
            assertThat(bands.poll()).isSameAs(lane);
        }
    }

    @Test
    void onlyTheFirstTokenIsTheOnlyOneWhateverItsBand() {
        assertThat(bands.add(lane(2))).isTrue();
        assertThat(bands.add(lane(2))).isFalse();
        assertThat(bands.add(lane(7))).isFalse();
        bands.poll();
        bands.poll();
        assertThat(bands.hasTokens()).isTrue();
        bands.poll();
        assertThat(bands.hasTokens()).isFalse();
        assertThat(bands.add(lane(0))).isTrue();
    }

    @Test
    void theLowestBandGoesBeforeTheHighestAfterItsPatienceAndNotOneTurnEarlier() {
        added(TOP);
        Lane<Integer> low = added(0);
        assertThat(turnsUntil(low)).isEqualTo(PATIENCE_OF_LOWEST);
        assertThat(turnsUntil(low)).as("as young again after its turn").isEqualTo(PATIENCE_OF_LOWEST);
    }

    @Test
    void everyBandAgesByItsDistance() {
        for (int band = 0; band < TOP; band++) {
            ReadyBandsTest fresh = new ReadyBandsTest();
            fresh.added(TOP);
            Lane<Integer> low = fresh.added(band);
            assertThat(fresh.turnsUntil(low)).as("band %d", band).isEqualTo((TOP + 1 - band) * ReadyBands.PATIENCE);
        }
    }

    @Test
    void theLowestBandGetsItsTurnHoweverBusyAllTheOthersAre() {
        for (int band = 1; band < ReadyBands.BANDS; band++) {
            for (int i = 0; i < 10; i++) {
                added(band);
            }
        }
        Lane<Integer> low = added(0);
        for (int round = 0; round < 50; round++) {
            assertThat(turnsUntil(low))
                    .as("round %d", round)
                    .isBetween(PATIENCE_OF_LOWEST, PATIENCE_OF_LOWEST + ReadyBands.BANDS - 1);
        }
    }

    @Test
    void theHighestBandKeepsMostOfTheTurns() {
        Lane<Integer> high = added(TOP);
        for (int band = 0; band < TOP; band++) {
            added(band);
        }
        int turns = 10_000;
        int ofHigh = 0;
        for (int i = 0; i < turns; i++) {
            ofHigh += turn() == high ? 1 : 0;
        }
        // The others have one turn in 32, 48 … 128 each or less often, band 6 one in 32: together less than one in six.
        assertThat(ofHigh).isGreaterThan(turns * 5 / 6).isLessThan(turns);
    }

    @Test
    void aBandWithoutTokensDoesNotAge() {
        added(TOP);
        for (int i = 0; i < 10 * PATIENCE_OF_LOWEST; i++) {
            turn();
        }
        Lane<Integer> low = added(0);
        assertThat(turnsUntil(low)).isEqualTo(PATIENCE_OF_LOWEST);
    }

    @Test
    void aTokenIsTakenOutOfItsBandAndTheOthersStay() {
        Lane<Integer> first = added(5);
        Lane<Integer> second = added(5);
        Lane<Integer> low = added(1);
        bands.remove(first);
        assertThat(first.isReady()).isFalse();
        List<Lane<Integer>> seen = new ArrayList<>();
        bands.forEach(seen::add);
        assertThat(seen).containsExactlyInAnyOrder(second, low);
        assertThat(bands.poll()).isSameAs(second);
        bands.remove(low);
        assertThat(bands.hasTokens()).isFalse();
        assertThat(bands.poll()).isNull();
    }
}
