package io.keyedsequential.spring.atom;

/** The application cannot start as it is configured. Says what is wrong and what to do about it. */
public class MisconfiguredAtomException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    private final String action;

    /**
     * For this starter; applications do not create it.
     *
     * @param description what is wrong, and where
     * @param action what to do about it
     */
    public MisconfiguredAtomException(String description, String action) {
        super(description);
        this.action = action;
    }

    /**
     * For this starter; applications do not create it.
     *
     * @param description what is wrong, and where
     * @param action what to do about it
     * @param cause what showed it
     */
    public MisconfiguredAtomException(String description, String action, Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    /**
     * What to do about it.
     *
     * @return one or more sentences
     */
    public String action() {
        return action;
    }
}
