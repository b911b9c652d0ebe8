package io.keyedsequential.spring.engine;

import io.keyedsequential.spring.engine.AtomEngine.Objection;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.Optional;

/** What engines object to that store calls as text and run them later, perhaps elsewhere. For any thread. */
public final class StoredMethodChecks {

    private final String engine;
    private final ArgumentCodec arguments;

    /**
     * Checks for an engine.
     *
     * @param engine its kind, for messages
     * @param arguments writes and reads the arguments
     */
    public StoredMethodChecks(String engine, ArgumentCodec arguments) {
        this.engine = engine;
        this.arguments = arguments;
    }

    /**
     * What is wrong with a method's return type and parameters.
     *
     * @param operation the method
     * @return empty if nothing is
     */
    public Optional<Objection> objection(StoredOperation operation) {
        String atom = operation.signature().atom();
        return returnType(operation.method(), atom).or(() -> parameters(operation.method(), atom));
    }

    private Optional<Objection> returnType(Method method, String atom) {
        return method.getReturnType() == void.class
                ? Optional.empty()
                : Optional.of(new Objection(
                        ("%s returns %s, and the atom '%s' has the engine '%s': the body may run in "
                                        + "another process, after this one has ended, and what becomes of it is not "
                                        + "stored for the caller.")
                                .formatted(
                                        describe(method),
                                        method.getGenericReturnType().getTypeName(),
                                        atom,
                                        engine),
                        ("Return void, and let the body hand on what comes of it; or set "
                                        + "keyedsequential.atoms.%s.engine: memory.")
                                .formatted(atom)));
    }

    private Optional<Objection> parameters(Method method, String atom) {
        Type[] types = method.getGenericParameterTypes();
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < types.length; i++) {
            String objection = arguments.objection(types[i]);
            if (objection != null) {
                return Optional.of(
                        new Objection(
                                ("Parameter %d of %s (%s) cannot be stored, as the engine '%s' of "
                                                + "the atom '%s' has to: %s %s.")
                                        .formatted(
                                                i + 1,
                                                describe(method),
                                                parameters[i].getName(),
                                                engine,
                                                atom,
                                                types[i].getTypeName(),
                                                objection),
                                "Pass plain data that another process can read; beans are injected into the bean of the method."));
            }
        }
        return Optional.empty();
    }

    /**
     * Objects to an option.
     *
     * @param atom the atom that sets it
     * @param option its name in properties
     * @param why it cannot be honoured, as the end of a sentence
     * @return what is told
     */
    public Objection option(String atom, String option, String why) {
        return new Objection(
                "The atom '%s' sets %s, which the engine '%s' cannot honour: %s.".formatted(atom, option, engine, why),
                ("Remove keyedsequential.atoms.%s.%s, or what sets it in "
                                + "keyedsequential.defaults or the annotation; or use the engine 'memory'.")
                        .formatted(atom, option));
    }

    private static String describe(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
