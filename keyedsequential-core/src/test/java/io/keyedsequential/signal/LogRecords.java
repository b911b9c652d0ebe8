package io.keyedsequential.signal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged while it is open. */
final class LogRecords extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("io.keyedsequential");
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private volatile boolean broken;

    LogRecords() {
        logger.addHandler(this);
    }

    /** From now on, logging throws. */
    void breakDown() {
        broken = true;
    }

    List<String> messages() {
        return messages;
    }

    @Override
    public void publish(LogRecord entry) {
        messages.add(entry.getMessage());
        if (broken) {
            throw new AssertionError("the log is broken");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
