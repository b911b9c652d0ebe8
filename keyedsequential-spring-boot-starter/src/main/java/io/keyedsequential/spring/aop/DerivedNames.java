package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The names of atoms that no annotation gives. They are made of the last part of a bean's name, so that two beans may
 * come to have one name, and with it one order and one set of limits, unintended.
 */
final class DerivedNames {

    private record Place(String bean, Method method) {}

    private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();

    /**
     * Takes a name for a bean. Overloaded methods of one bean have one.
     *
     * @param bean the whole name of the bean
     */
    void claim(String atom, String bean, Method method) {
        Place place = new Place(bean, method);
        Place earlier = places.putIfAbsent(AtomName.canonical(atom), place);
        if (earlier != null && !earlier.bean.equals(bean)) {
            throw new MisconfiguredAtomException(
                    "Two methods come to the atom '%s' by their names: %s of the bean '%s' and %s of the bean '%s'."
                            .formatted(
                                    atom,
                                    Methods.describe(earlier.method),
                                    earlier.bean,
                                    Methods.describe(method),
                                    bean),
                    "Name an atom at each of them, @KeyedSequential(atom = \"…\"): the same one if "
                            + "they are to share order and limits, else one of its own.");
        }
    }
}
