package io.keyedsequential.spring.atom;

/** An operation cannot be interrupted here, because another instance runs it. */
public class RunsElsewhereException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Where it runs. */
    private final String instance;

    /**
     * For engines; applications do not create it.
     *
     * @param atom the atom's name
     * @param operationId the operation's id
     * @param instance where it runs
     */
    public RunsElsewhereException(String atom, long operationId, String instance) {
        super("%s: operation %d runs on the instance '%s': only that one can interrupt it"
                .formatted(atom, operationId, instance));
        this.instance = instance;
    }

    /**
     * Where the operation runs.
     *
     * @return the name of the instance, as the endpoint shows it
     */
    public String instance() {
        return instance;
    }
}
