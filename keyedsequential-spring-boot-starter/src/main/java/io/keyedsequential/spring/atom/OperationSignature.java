package io.keyedsequential.spring.atom;

import java.util.List;

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
