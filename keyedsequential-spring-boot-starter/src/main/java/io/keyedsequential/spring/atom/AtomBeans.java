package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.KeyedSequentialAtom;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;

/** Finds the atoms that the application declares as beans of its own. */
final class AtomBeans {

    private final ListableBeanFactory beanFactory;

    /**
     * Looks here.
     *
     * @param beanFactory the application's beans; those of a parent context belong to it
     */
    AtomBeans(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /**
     * All singletons of type {@link KeyedCoordinator} and {@link KeyedSequentialAtom}; creates those that do not
     * exist yet.
     */
    List<RegisteredAtom> find() {
        List<RegisteredAtom> found = new ArrayList<>();
        for (String bean : beanFactory.getBeanNamesForType(KeyedCoordinator.class, false, false)) {
            found.add(registered(bean, beanFactory.getBean(bean, KeyedCoordinator.class)));
        }
        for (String bean : beanFactory.getBeanNamesForType(KeyedSequentialAtom.class, false, false)) {
            found.add(registered(
                    bean, beanFactory.getBean(bean, KeyedSequentialAtom.class).coordinator()));
        }
        return found;
    }

    private static RegisteredAtom registered(String bean, KeyedCoordinator<?> coordinator) {
        return new RegisteredAtom(coordinator.name(), coordinator, "bean '" + bean + "'", false);
    }
}
