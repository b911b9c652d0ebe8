package io.keyedsequential.spring.atom;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of an annotated method as plain data: everything that is needed to run it, and nothing that is bound to this
 * process. Its id is given by the coordinator when it is admitted.
 *
 * @param signature atom, operation and the declared types of the arguments
 * @param key what orders it
 * @param arguments the arguments themselves, not a copy: advice behind this one may exchange them
 * @param headers what travels with it
 * @param label which business it is about, on one line, or {@code null}
 */
@SuppressWarnings("ArrayRecordComponent") // one call, one array: no reader needs a copy
public record KeyedInvocation(
        OperationSignature signature,
        Object key,
        @Nullable Object[] arguments,
        Map<String, String> headers,
        @Nullable String label) {

    /**
     * The ordering domain.
     *
     * @return the atom's name
     */
    public String atom() {
        return signature.atom();
    }

    /**
     * The method's id inside the atom.
     *
     * @return the operation's name
     */
    public String operation() {
        return signature.operation();
    }

    /**
     * The declared types of the arguments.
     *
     * @return as many as there are arguments
     */
    public List<Class<?>> argumentTypes() {
        return signature.argumentTypes();
    }

    /**
     * How messages name it, beside an id: without key and arguments.
     *
     * @return such as {@code send 'order 4711'}
     */
    public String title() {
        return label == null ? operation() : "%s '%s'".formatted(operation(), label);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyedInvocation that
                && signature.equals(that.signature)
                && key.equals(that.key)
                && Arrays.equals(arguments, that.arguments)
                && headers.equals(that.headers)
                && Objects.equals(label, that.label);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * signature.hashCode() + key.hashCode()) + Arrays.hashCode(arguments);
    }

    /** Without key and arguments, which may be personal data. */
    @Override
    public String toString() {
        return "KeyedInvocation[atom=%s, operation=%s]".formatted(atom(), title());
    }

    /**
     * What all calls of one annotated method have in common.
     *
     * @param atom the atom's name
     * @param operation the method's id inside the atom
     * @param argumentTypes the declared types of the parameters
     */
    public record OperationSignature(String atom, String operation, List<Class<?>> argumentTypes) {

        /**
         * Copies the list.
         *
         * @param atom the atom's name
         * @param operation the method's id inside the atom
         * @param argumentTypes the declared types of the parameters
         */
        public OperationSignature {
            argumentTypes = List.copyOf(argumentTypes);
        }
    }
}
