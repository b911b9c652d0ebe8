package io.keyedsequential;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter with a cache line to itself, for what producers write with every operation and what runners read with
 * every operation: side by side they would slow each other down threefold. Two lines of padding, since processors
 * fetch pairs.
 */
@SuppressWarnings({"unused", "serial"})
final class PaddedCounter extends AtomicLong {

    private long p0;
    private long p1;
    private long p2;
    private long p3;
    private long p4;
    private long p5;
    private long p6;
    private long p7;
    private long p8;
    private long p9;
    private long p10;
    private long p11;
    private long p12;
    private long p13;
    private long p14;
}
