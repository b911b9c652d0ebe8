package io.keyedsequential.spring.engine;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.test.KeyedAtomsAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.test.AtomUnderTest;
import io.keyedsequential.spring.test.KeyedAtoms;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests of applications look at what an engine keeps, not at the coordinator, which is at rest. */
class EngineUnderTestTest {

    private static final CoordinatorStats NOTHING = new CoordinatorStats(4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static class Shipments {
        @KeyedSequential(key = "#parcel", atom = "shipments")
        void ship(String parcel) {}
    }

    private final ApplicationContextRunner app = app().withBean(FakeEngine.class)
            .withBean(Shipments.class)
            .withPropertyValues("keyedsequential.atoms.shipments.engine=fake");

    @Test
    void anAtomIsIdleWhenItsEngineHasNothing() {
        app.run(context -> {
            KeyedAtoms atoms = KeyedAtoms.of(context);
            AtomUnderTest shipments = atoms.atom("shipments");
            FakeFleet fleet = context.getBean(FakeEngine.class).atom("shipments").fleet;
            assertThat(shipments.coordinator().awaitIdle(Duration.ZERO)).isTrue();
            assertThatThrownBy(() -> shipments.awaitIdle(Duration.ZERO))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("not idle after PT0S")
                    .hasMessageContaining("queued=17");
            assertThatThrownBy(() -> atoms.awaitIdle(Duration.ZERO)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> shipments.awaitIdleButForParked(Duration.ZERO))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> assertThat(shipments).isIdle()).isInstanceOf(AssertionError.class);
            fleet.stats = NOTHING;
            shipments.awaitIdle();
            atoms.awaitIdle();
            assertThat(shipments).isIdle();
        });
    }

    @Test
    void aKeyIsParkedWhereItIsKept() {
        app.run(context -> {
            AtomUnderTest shipments = KeyedAtoms.of(context).atom("shipments");
            FakeFleet fleet = context.getBean(FakeEngine.class).atom("shipments").fleet;
            shipments.awaitParked("parked");
            assertThat(shipments).key("parked").isParked();
            assertThat(shipments.report()).contains("key 'parked' parked: operation 1 is PARKED");
            shipments.reset();
            assertThat(fleet.done).containsExactly("purge parked");
        });
    }
}
