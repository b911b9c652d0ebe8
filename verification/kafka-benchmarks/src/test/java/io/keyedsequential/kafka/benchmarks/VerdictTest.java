package io.keyedsequential.kafka.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge sees what it is there for. */
class VerdictTest {

    @TempDir
    private Path directory;

    private Journal first;
    private Journal second;

    @BeforeEach
    void open() throws IOException {
        first = Journal.open(directory.resolve("first"), 100);
        second = Journal.open(directory.resolve("second"), 100);
    }

    @Test
    void oneAfterTheOtherIsInOrder() {
        run(first, 1, 0);
        run(first, 2, 0);
        run(first, 1, 1);
        assertThat(verdict(Map.of(1, 2, 2, 1))).isEqualTo(Verdict.NOTHING);
    }

    @Test
    void whatHasNotEndedIsLost() {
        run(first, 1, 0);
        first.begins(message(1, 1));
        assertThat(verdict(Map.of(1, 3))).isEqualTo(new Verdict(2, 0, 0));
    }

    @Test
    void whatOvertakesIsOutOfOrder() {
        run(first, 1, 1);
        run(first, 1, 0);
        assertThat(verdict(Map.of(1, 2)).disorder()).isOne();
    }

    @Test
    void twoAtOnceAreOutOfOrder() {
        int zero = first.begins(message(1, 0));
        int one = first.begins(message(1, 1));
        first.ended(zero, message(1, 0));
        first.ended(one, message(1, 1));
        assertThat(verdict(Map.of(1, 2)).disorder()).isOne();
    }

    @Test
    void anotherProcessThatRepeatsInOrderMakesDuplicatesAndNoDisorder() {
        run(first, 1, 0);
        run(first, 1, 1);
        first.begins(message(1, 2)); // killed
        run(second, 1, 1);
        run(second, 1, 2);
        assertThat(verdict(Map.of(1, 3))).isEqualTo(new Verdict(0, 0, 1));
    }

    @Test
    void anotherProcessThatLeavesSomethingOutIsSeen() {
        run(first, 1, 0);
        first.begins(message(1, 1)); // killed
        run(second, 1, 2);
        assertThat(verdict(Map.of(1, 3))).isEqualTo(new Verdict(1, 1, 0));
    }

    @Test
    void theSickKeyIsNotJudged() {
        first.begins(message(Message.SPECIAL, 3));
        assertThat(verdict(Map.of())).isEqualTo(Verdict.NOTHING);
    }

    private Verdict verdict(Map<Integer, Integer> sent) {
        return Verdict.of(List.of(first, second), sent);
    }

    private static void run(Journal journal, int key, int number) {
        journal.ended(journal.begins(message(key, number)), message(key, number));
    }

    private static Message message(int key, int number) {
        return new Message(Message.Kind.WORKS, key, number, 1);
    }
}
