package io.keyedsequential.signal;

/**
 * A subscriber's registration with a sink, until it is closed. The sink holds the subscriber until then.
 *
 * <p>All methods may be called from any thread, also from inside the subscriber; none of them waits.
 */
public interface Subscription extends AutoCloseable {

    /**
     * Which signals the subscriber is told.
     *
     * @return as given when it subscribed
     */
    SignalPattern pattern();

    /**
     * How many signals the subscriber will never be told because it was too slow: its backlog was full, and its oldest
     * gave way. What a close throws away is not counted.
     *
     * @return how many since it subscribed; exact
     */
    long dropped();

    /**
     * Ends it: the backlog is thrown away and no further delivery begins. One that has begun on another thread is
     * neither interrupted nor awaited, and its signal may reach the subscriber while this method returns. Closing again
     * does nothing.
     */
    @Override
    void close();
}
