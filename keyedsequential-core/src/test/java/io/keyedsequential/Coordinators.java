package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The coordinators of one test. After the test each must come to rest, and be whole. */
final class Coordinators implements AfterEachCallback {

    private final List<KeyedCoordinator<?>> made = new ArrayList<>();

    <K> KeyedCoordinator<K> add(KeyedCoordinator.Builder<K> builder) {
        KeyedCoordinator<K> coordinator = builder.build();
        made.add(coordinator);
        return coordinator;
    }

    /** One with a timer of the test's. */
    <K> StripedCoordinator<K> add(KeyedCoordinator.Builder<K> builder, Timer timer) {
        StripedCoordinator<K> coordinator =
                new StripedCoordinator<>(builder.owner, builder.toOptions(), Clockworks.of(timer));
        made.add(coordinator);
        return coordinator;
    }

    /** One that the test has made. */
    <K> StripedCoordinator<K> add(StripedCoordinator<K> coordinator) {
        made.add(coordinator);
        return coordinator;
    }

    <T, K> KeyedSequentialAtom<T, K> add(KeyedSequentialAtom.Builder<T, K> builder) {
        KeyedSequentialAtom<T, K> atom = builder.build();
        made.add(atom.coordinator());
        return atom;
    }

    static KeyedCoordinator.Builder<String> orders() {
        return KeyedCoordinator.builder("orders");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean failed = context.getExecutionException().isPresent();
        for (KeyedCoordinator<?> coordinator : made) {
            if (failed) {
                TestThread.start(
                        () -> { // whatever hangs there must not hide the failure
                            coordinator.close();
                            return null;
                        });
            } else {
                Eventually.idle(coordinator);
                StructuralCheck.assertIdle(coordinator);
                coordinator.close();
                Eventually.idle(coordinator);
                StructuralCheck.assertIdle(coordinator);
            }
        }
    }
}
