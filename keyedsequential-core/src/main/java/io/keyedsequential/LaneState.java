package io.keyedsequential;

/** What a lane does now. */
public enum LaneState {

    /** At least one of its operations runs, or awaits its stage. */
    RUNNING,

    /** It could run an operation and only waits for a permit. */
    READY,

    /** Nothing of it may start: an operator paused it, or the whole atom. */
    PAUSED
}
