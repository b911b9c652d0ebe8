package io.keyedsequential;

/** Keeps what a subclass writes often off the cache lines of whatever lies before it in memory. */
@SuppressWarnings("unused")
abstract class Padding {

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
