package io.keyedsequential.jdbc.benchmarks;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** What is called: an atom for each question. */
class Calls {

    /** Works for as long as it takes to see that others are not kept waiting. */
    static final int HOT_MILLIS = 50;

    /** Keys whose bodies hold their permits until they are let go. */
    static final String HOLDS = "holds";

    private static final CompletableFuture<Void> HELD = new CompletableFuture<>();

    static void letGo() {
        HELD.complete(null);
    }

    @KeyedSequential(atom = "single", key = "#key")
    public void single(String key, int number) {
        Bodies.run(number);
    }

    @KeyedSequential(atom = "batched", key = "#key")
    public void batched(String key, int number) {
        Bodies.run(number);
    }

    @KeyedSequential(atom = "calm", key = "#key")
    public void calm(String key, int number) {
        Bodies.run(number);
    }

    @KeyedSequential(atom = "hot", key = "#key")
    public void hot(String key, int number) {
        LockSupport.parkNanos(HOT_MILLIS * 1_000_000L);
    }

    @KeyedSequential(atom = "elsewhere", key = "#key")
    public void elsewhere(String key, int number) {
        if (key.startsWith(HOLDS)) {
            HELD.join();
        } else {
            Bodies.run(number);
        }
    }

    @KeyedSequential(atom = "stored", key = "#key")
    public void stored(String key, int number) {
        Bodies.run(number);
    }
}
