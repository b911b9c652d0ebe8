package io.keyedsequential;

/** What a lane does now. */
public enum LaneState {

    /** At least one of its operations runs, or awaits its stage. */
    RUNNING,

    /** The operation at its head has failed and waits for its next attempt; the others wait behind it. */
    BACKING_OFF,

    /** The operation at its head has exhausted its attempts; an operator has to retry, skip or purge it. */
    PARKED,

    /** Its only operations wait aside for a quiet moment; see {@link Coalescing}. */
    GATHERING,

    /** It could run an operation and only waits for a permit. */
    READY,

    /** Nothing of it may start: an operator paused it, or the whole atom. */
    PAUSED
}
