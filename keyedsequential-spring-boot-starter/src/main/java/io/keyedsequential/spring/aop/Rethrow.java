package io.keyedsequential.spring.aop;

/** Throws what a method threw, unchanged, from code whose signature cannot declare it. */
final class Rethrow {

    private Rethrow() {}

    /** Never returns; declared to, so that {@code throw Rethrow.unchanged(e)} ends the path for the compiler. */
    static RuntimeException unchanged(Throwable error) {
        return Rethrow.<RuntimeException>asUnchecked(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast at run time
    private static <E extends Throwable> E asUnchecked(Throwable error) throws E {
        throw (E) error;
    }
}
