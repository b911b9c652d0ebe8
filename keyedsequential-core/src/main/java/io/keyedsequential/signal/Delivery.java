package io.keyedsequential.signal;

/**
 * One hand-over of a backlog to its subscriber's executor. Its identity is what counts: the backlog knows which
 * delivery it expects, and no other does anything.
 */
final class Delivery implements Runnable {

    private final Subscriber subscriber;

    Delivery(Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    void handOver() {
        subscriber.handOver(this);
    }

    @Override
    public void run() {
        subscriber.deliver(this);
    }
}
