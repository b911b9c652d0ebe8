package io.keyedsequential.spring.aop.key;

/** Throws what a method threw, unchanged, from code whose signature cannot declare it. */
public final class Rethrow {

    private Rethrow() {}

    /**
     * Never returns; declared to, so that {@code throw Rethrow.unchanged(e)} ends the path for the compiler.
     *
     * @param error what is thrown, checked or not
     * @return never
     */
    public static RuntimeException unchanged(Throwable error) {
        return Rethrow.<RuntimeException>asUnchecked(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast at run time
    private static <E extends Throwable> E asUnchecked(Throwable error) throws E {
        throw (E) error;
    }
}
