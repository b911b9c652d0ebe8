package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomFactory.AtomBeans;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration.UnknownAtoms;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class AtomRegistryTest {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final AtomRegistry registry = new AtomRegistry(
            new AtomConfiguration(AtomSettings.NONE, Map.of(), UnknownAtoms.WARN),
            new AtomFactory(
                    new AtomBeans(beans),
                    false,
                    beans.getBeanProvider(CoordinatorOptionsCustomizer.class),
                    new LoggedKeys(KeyDisplay.MASKED, new KeyMask()),
                    (atom, settings) -> AtomSettings.NONE),
            new AtomBeans(beans),
            new AtomRegistrationListeners(
                    beans.getBeanProvider(AtomRegistrationListener.class),
                    beans.getBeanProvider(CoordinatorListener.class)));

    private static AtomSettings.Builder settings() {
        return AtomSettings.source((option, value) -> option + " = " + value);
    }

    private static AtomDeclaration declaration(String method, Integer maxConcurrency) {
        return new AtomDeclaration(
                "orders",
                settings().with(AtomOption.MAX_CONCURRENCY, maxConcurrency).build(),
                method);
    }

    @Test
    void declarationsAddUp() {
        registry.declare(declaration("first()", null));
        registry.declare(declaration("second()", 3));
        registry.declare(declaration("third()", 3));
        registry.complete();
        assertThat(registry.coordinator("orders").options().maxConcurrency()).isEqualTo(3);
        assertThat(registry.find("ORDERS").orElseThrow().declaredBy()).isEqualTo("first(), second(), third()");
    }

    @Test
    void whatTwoMethodsSayIsNotDroppedWhereItContradicts() {
        AtomSettings rejects = settings()
                .with(AtomOption.OVERFLOW_POLICY, OverflowPolicy.REJECT)
                .build();
        AtomSettings waits =
                settings().with(AtomOption.BLOCK_TIMEOUT, Duration.ofSeconds(3)).build();
        registry.declare(new AtomDeclaration("orders", rejects, "first()"));
        registry.declare(new AtomDeclaration("orders", waits, "second()"));
        assertThatThrownBy(registry::complete)
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("overflow-policy = REJECT")
                .hasMessageContaining("block-timeout = PT3S");
    }

    @Test
    void anAtomThatIsCalledEarlyIsBuiltOnceAndSeesBeans() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        beans.registerSingleton("mailer", mail);
        registry.declare(declaration("first()", 3));
        KeyedCoordinator<Object> early = registry.coordinator("orders");
        assertThat(registry.coordinator("mail")).isSameAs(mail);
        registry.complete();
        assertThat(registry.coordinator("orders")).isSameAs(early);
    }

    @Test
    void aLateMethodMayRepeatWhatIsInForceButNotChangeIt() {
        registry.declare(declaration("first()", 3));
        registry.complete();
        assertThatCode(() -> registry.declare(declaration("same()", 3))).doesNotThrowAnyException();
        assertThatCode(() -> registry.declare(declaration("silent()", null))).doesNotThrowAnyException();
        AtomDeclaration late = new AtomDeclaration(
                "orders", settings().with(AtomOption.CAPACITY, 10).build(), "late()");
        assertThatThrownBy(() -> registry.declare(late)).isInstanceOf(MisconfiguredAtomException.class);
        assertThatThrownBy(() -> registry.declare(late))
                .as("it stays refused")
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessage(
                        "{capacity=10} at late() comes too late: the atom 'orders', declared by first(), same(), silent(), is in use.");
    }

    @Test
    void aNameThatNobodyDeclaresIsNoAtom() {
        registry.declare(declaration("first()", 3));
        registry.complete();
        assertThatThrownBy(() -> registry.coordinator("ordrs"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no atom 'ordrs'; known atoms: [orders]");
    }

    @Test
    void aLateMethodMayNotBringLimitsForABean() {
        beans.registerSingleton("own", KeyedCoordinator.builder("orders").build());
        registry.complete();
        assertThatCode(() -> registry.declare(declaration("silent()", null))).doesNotThrowAnyException();
        assertThatThrownBy(() -> registry.declare(declaration("late()", 3)))
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("late() would have no effect: bean 'own'");
    }

    @Test
    void aFollowerIsToldOfEveryAtomOnceWhicheverOfThemComesFirst() {
        List<String> told = new ArrayList<>();
        AtomRegistrationListener follower = new AtomRegistrationListener() {
            @Override
            public void atomAdded(RegisteredAtom atom) {
                told.add(atom.name());
            }
        };
        beans.registerSingleton("follower", follower);
        registry.declare(declaration("first()", null));
        registry.coordinator("orders");
        assertThat(told).containsExactly("orders");
        registry.follow(follower);
        assertThat(told).containsExactly("orders");
        KeyedCoordinator<Object> payments = KeyedCoordinator.builder("payments").build();
        beans.registerSingleton("payments", payments);
        registry.complete();
        assertThat(told).containsExactly("orders", "payments");
        registry.atoms().forEach(atom -> atom.coordinator().close());
    }

    @Test
    void aListenerThatIsABeanHearsEveryAtom() {
        List<String> heard = new CopyOnWriteArrayList<>();
        beans.registerSingleton("listener", new CoordinatorListener() {
            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                heard.add(atom);
            }
        });
        KeyedCoordinator<Object> payments = KeyedCoordinator.builder("payments").build();
        beans.registerSingleton("payments", payments);
        registry.declare(declaration("first()", null));
        registry.complete();
        registry.coordinator("orders").call("a", () -> 1);
        payments.call("a", () -> 1);
        assertThat(heard).containsExactly("orders", "payments");
        registry.atoms().forEach(atom -> atom.coordinator().close());
    }
}
