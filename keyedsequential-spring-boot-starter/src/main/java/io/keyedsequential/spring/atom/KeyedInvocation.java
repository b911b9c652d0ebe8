package io.keyedsequential.spring.atom;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of an annotated method as plain data: everything that is needed to run it, and nothing that is bound to this
 * process. Its id is given by the coordinator when it is admitted.
 *
 * @param signature atom, operation and the declared types of the arguments
 * @param key what orders it
 * @param arguments the arguments themselves, not a copy: advice behind this one may exchange them
 * @param headers what travels with it
 */
@SuppressWarnings("ArrayRecordComponent") // one call, one array: a copy would be an allocation for nobody
public record KeyedInvocation(
        OperationSignature signature, Object key, @Nullable Object[] arguments, Map<String, String> headers) {

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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyedInvocation that
                && signature.equals(that.signature)
                && key.equals(that.key)
                && Arrays.equals(arguments, that.arguments)
                && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * signature.hashCode() + key.hashCode()) + Arrays.hashCode(arguments);
    }

    /** Without key and arguments, which may be personal data. */
    @Override
    public String toString() {
        return "KeyedInvocation[atom=%s, operation=%s]".formatted(atom(), operation());
    }
}
