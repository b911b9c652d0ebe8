package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * One operation id in one atom is one annotated method: an operator who has only the id must be able to find it.
 * Implementations of one annotated interface method are that method.
 */
final class OperationNames {

    private record Id(String canonicalAtom, String operation) {}

    private final ConcurrentMap<Id, Method> methods = new ConcurrentHashMap<>();

    void claim(OperationSignature signature, Method method) {
        Id id = new Id(AtomName.canonical(signature.atom()), signature.operation());
        Method earlier = methods.putIfAbsent(id, method);
        if (earlier != null && !earlier.equals(method)) {
            throw new MisconfiguredAtomException(
                    "Two methods are the operation '%s' of the atom '%s': %s and %s."
                            .formatted(
                                    signature.operation(),
                                    signature.atom(),
                                    Methods.describe(earlier),
                                    Methods.describe(method)),
                    "Give one of them another id: @KeyedSequential(operation = \"…\"). Without one, "
                            + "the id is the name of the method.");
        }
    }
}
