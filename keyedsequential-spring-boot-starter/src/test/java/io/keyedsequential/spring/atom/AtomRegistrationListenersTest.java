package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.DrainReport;
import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class AtomRegistrationListenersTest {

    private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
    private final AtomRegistrationListeners followers = new AtomRegistrationListeners(
            beanFactory.getBeanProvider(AtomRegistrationListener.class),
            beanFactory.getBeanProvider(CoordinatorListener.class));
    private final RegisteredAtom atom =
            new RegisteredAtom("mail", KeyedCoordinator.<String>builder("mail").build(), "bean 'mailer'", false);
    private final DrainReport report = new DrainReport("mail", true, Duration.ZERO, 0, 0, Map.of());
    private final List<String> told = new ArrayList<>();

    private AtomRegistrationListener telling(String name) {
        return new AtomRegistrationListener() {
            @Override
            public void atomDrained(RegisteredAtom drained, DrainReport result) {
                told.add(name + " " + drained.name());
            }
        };
    }

    @Test
    void aFollowerThatFailsKeepsNoOtherFromBeingToldOfTheDrain() {
        beanFactory.registerSingleton("failing", new AtomRegistrationListener() {
            @Override
            public void atomDrained(RegisteredAtom drained, DrainReport result) {
                throw new IllegalStateException("deaf");
            }
        });
        beanFactory.registerSingleton("other", telling("other"));
        followers.added(atom);
        followers.drained(atom, report);
        assertThat(told).containsExactly("other mail");
    }

    @Test
    void beansThatAreBeingDestroyedAreStillTold() {
        beanFactory.registerSingleton("follower", telling("follower"));
        followers.added(atom);
        beanFactory.destroySingletons();
        followers.drained(atom, report);
        assertThat(told).containsExactly("follower mail");
    }
}
