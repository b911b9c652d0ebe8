package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupedTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<List<Integer>> groups = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void thoseThatAskWhileAnotherAsksGoTogetherAndEachGetsItsOwnAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Grouped<Integer, Integer> grouped = new Grouped<>(3, questions -> {
            groups.add(questions);
            asked.countDown();
            awaitUninterruptibly(answer);
            return questions.stream().map(question -> -question).toList();
        });
        Future<Integer> first = threads.submit(() -> grouped.ask(0));
        asked.await();
        List<Thread> followers = IntStream.rangeClosed(1, 4)
                .mapToObj(i -> new Thread(() -> assertThat(grouped.ask(i)).isEqualTo(-i)))
                .toList();
        followers.forEach(Thread::start);
        Patience.until(() -> assertThat(followers).allMatch(thread -> thread.getState() == Thread.State.WAITING));
        answer.countDown();
        assertThat(first.get()).isZero();
        for (Thread follower : followers) {
            follower.join();
        }
        assertThat(groups).extracting(List::size).containsExactly(1, 3, 1);
    }

    @Test
    void allOfAGroupGetTheExceptionAndTheNextAsksAnew() throws Exception {
        CompletableFuture<Void> failing = new CompletableFuture<>();
        Grouped<Integer, Integer> grouped = new Grouped<>(8, questions -> {
            if (!failing.isDone()) {
                failing.complete(null);
                throw new IllegalStateException("away");
            }
            return questions;
        });
        assertThatThrownBy(() -> grouped.ask(1)).hasMessage("away");
        assertThat(grouped.ask(2)).isEqualTo(2);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
