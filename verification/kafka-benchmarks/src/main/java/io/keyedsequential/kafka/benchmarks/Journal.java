package io.keyedsequential.kafka.benchmarks;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What the bodies of one process do, in a file that is mapped into memory: an entry costs less than a microsecond, is seen by other
 * processes at once, and stays when the process is killed. For any thread.
 */
final class Journal {

    /*
     * The head has two numbers: how many entries there are, and how many of those are of healthy keys and have ended. Each entry has
     * four: key with number, when it was sent, when it began, when it ended. The head is counted atomically; an entry is written by
     * the thread that runs the body.
     */

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int BEGUN = 0;
    private static final int ENDED = 8;
    private static final int HEAD = 16;
    private static final int ENTRY = 32;

    private final ByteBuffer file;

    /**
     * A body.
     *
     * @param endedAt 0 if it has failed or has not ended
     */
    record Entry(int key, int number, long sentAt, long begunAt, long endedAt) {}

    private Journal(ByteBuffer file) {
        this.file = file;
    }

    /** Opens it, or makes it, with room for so many entries. */
    static Journal open(Path path, int entries) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Journal(channel.map(FileChannel.MapMode.READ_WRITE, 0, HEAD + (long) entries * ENTRY));
        }
    }

    /** A body begins. Answers the entry. */
    int begins(Message message) {
        int entry = Math.toIntExact((long) LONG.getAndAdd(file, BEGUN, 1L));
        int at = HEAD + entry * ENTRY;
        file.putLong(at, ((long) message.key() << 32) | message.number());
        file.putLong(at + 8, message.sentAt());
        LONG.setRelease(file, at + 16, System.nanoTime());
        return entry;
    }

    /** It has ended, and has not failed. */
    void ended(int entry, Message message) {
        LONG.setRelease(file, HEAD + entry * ENTRY + 24, System.nanoTime());
        if (message.key() != Message.SPECIAL) {
            LONG.getAndAdd(file, ENDED, 1L);
        }
    }

    int begun() {
        return Math.toIntExact((long) LONG.getVolatile(file, BEGUN));
    }

    /** How many bodies of healthy keys have ended. */
    int healthyEnded() {
        return Math.toIntExact((long) LONG.getVolatile(file, ENDED));
    }

    /** All there are now. */
    List<Entry> entries() {
        int count = begun();
        List<Entry> entries = new ArrayList<>(count);
        for (int entry = 0; entry < count; entry++) {
            int at = HEAD + entry * ENTRY;
            long begunAt = (long) LONG.getAcquire(file, at + 16);
            if (begunAt != 0) { // a process may die in between
                long keyAndNumber = file.getLong(at);
                entries.add(
                        new Entry((int) (keyAndNumber >>> 32), (int) keyAndNumber, file.getLong(at + 8), begunAt, (long)
                                LONG.getAcquire(file, at + 24)));
            }
        }
        return entries;
    }
}
