package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReadyQueueTest {

    private final ReadyQueue<Integer> queue = new ReadyQueue<>();

    @Test
    void tokensComeOutInTheOrderTheyWentInHoweverManyThereAre() {
        List<Lane<Integer>> lanes = lanes(5_000);
        for (int i = 0; i < lanes.size(); i++) {
            assertThat(queue.add(lanes.get(i))).as("the only one").isEqualTo(i == 0);
        }
        for (Lane<Integer> lane : lanes) {
            assertThat(lane.isReady()).isTrue();
            assertThat(queue.poll()).isSameAs(lane);
            assertThat(lane.isReady()).isFalse();
        }
        assertThat(queue.hasTokens()).isFalse();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void tokensComeAndGoInTheirOrder() {
        List<Lane<Integer>> lanes = lanes(100);
        List<Integer> out = new ArrayList<>();
        int in = 0;
        while (out.size() < lanes.size()) {
            for (int i = 0; i < 3 && in < lanes.size(); i++) {
                queue.add(lanes.get(in++));
            }
            out.add(queue.poll().key);
        }
        assertThat(out).isSorted().hasSize(100);
    }

    @Test
    void aTokenIsTakenOutWhereverItStands() {
        List<Lane<Integer>> lanes = lanes(7);
        queue.add(lanes.get(5));
        queue.add(lanes.get(6));
        queue.poll();
        queue.poll();
        lanes.subList(0, 5).forEach(queue::add);
        for (int index : new int[] {0, 2, 4}) {
            queue.remove(lanes.get(index));
            assertThat(lanes.get(index).isReady()).isFalse();
        }
        assertThat(queue.poll()).isSameAs(lanes.get(1));
        assertThat(queue.poll()).isSameAs(lanes.get(3));
        assertThat(queue.hasTokens()).isFalse();
    }

    @Test
    void aTokenThatWasTakenOutCanBePutBackBehindTheOthers() {
        List<Lane<Integer>> lanes = lanes(3);
        lanes.forEach(queue::add);
        queue.remove(lanes.get(2));
        queue.remove(lanes.get(0));
        queue.add(lanes.get(0));
        queue.add(lanes.get(2));
        List<Lane<Integer>> seen = new ArrayList<>();
        queue.forEach(seen::add);
        assertThat(seen).containsExactly(lanes.get(1), lanes.get(0), lanes.get(2));
        seen.forEach(lane -> assertThat(queue.poll()).isSameAs(lane));
        assertThat(queue.hasTokens()).isFalse();
        assertThat(lanes).allMatch(lane -> lane.readyBefore == null && lane.readyAfter == null);
    }

    /** With a search for each it would take hours: the last resort of a limit of time is far away, and far below. */
    @Test
    @Timeout(600)
    void manyTokensAreTakenOutFromAnywhereWithoutASearch() {
        List<Lane<Integer>> lanes = lanes(1_000_000);
        lanes.forEach(queue::add);
        Collections.shuffle(lanes, new Random(1));
        lanes.subList(0, 999_999).forEach(queue::remove);
        assertThat(queue.poll()).isSameAs(lanes.get(999_999));
        assertThat(queue.hasTokens()).isFalse();
    }

    private static List<Lane<Integer>> lanes(int count) {
        List<Lane<Integer>> lanes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lanes.add(new Lane<>(i, i, 0));
        }
        return lanes;
    }
}
