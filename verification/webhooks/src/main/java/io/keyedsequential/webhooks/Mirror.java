package io.keyedsequential.webhooks;

/** What is told of each push, outside of the database. */
interface Mirror {

    /**
     * Fetches what has been pushed.
     *
     * @throws RuntimeException if that is not possible now
     */
    void fetch(Push push);
}
