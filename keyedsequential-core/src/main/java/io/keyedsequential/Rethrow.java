package io.keyedsequential;

/** Throws what a body threw, unchanged, from code whose signature cannot declare it. */
final class Rethrow {

    private Rethrow() {}

    /**
     * Throws {@code error}; declared to return so that callers can write {@code throw Rethrow.unchanged(e)} and the
     * compiler sees the end of the path.
     */
    static RuntimeException unchanged(Throwable error) {
        return Rethrow.<RuntimeException>asIfUnchecked(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast at run time
    private static <E extends Throwable> E asIfUnchecked(Throwable error) throws E {
        throw (E) error;
    }
}
