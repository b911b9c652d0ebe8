package io.keyedsequential.kafka.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The bodies of all contenders: they wait, as for a database, for so long. For any thread. */
final class Work {

    /** How often the body of a record that fails is tried, by every contender; then the record is given up. */
    static final int ATTEMPTS = 3;

    /** How long is waited between two attempts. */
    static final int BACKOFF_MILLIS = 200;

    private final Journal journal;
    private final long nanos;

    private Work(Journal journal, long nanos) {
        this.journal = journal;
        this.nanos = nanos;
    }

    /** As the arguments of the process say. */
    static Work of(Arguments arguments) throws IOException {
        return new Work(
                Journal.open(Path.of(arguments.text("journal")), arguments.number("entries")),
                TimeUnit.MILLISECONDS.toNanos(arguments.number("body-ms")));
    }

    void run(String value) {
        Message message = Message.of(value);
        int entry = journal.begins(message);
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        switch (message.kind()) {
            case WORKS -> journal.ended(entry, message);
            case BLOCKS -> blockForever();
            case FAILS -> throw new IllegalStateException("is to fail: " + value);
        }
    }

    private static void blockForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
