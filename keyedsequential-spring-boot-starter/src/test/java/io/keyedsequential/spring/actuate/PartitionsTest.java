package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator.AtomHealthDescriptor;
import io.keyedsequential.spring.actuate.PartitionsDescriptor.PartitionDescriptor;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.PartitionSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** What a module tells of partitions is shown with the atom, in explanations and in health, and changes no status. */
class PartitionsTest {

    private record Source(String name, List<Partition> partitions) implements PartitionSource {
        @Override
        public List<KeyInPartition> find(Object key) {
            return key.equals("ada") ? List.of(new KeyInPartition(name, "orders", 1, 42, 2, "it waits")) : List.of();
        }
    }

    private static PartitionSource.Partition partition(int number, boolean paused) {
        return new PartitionSource.Partition(
                "listener",
                "orders",
                number,
                paused ? 42 : -1,
                paused ? 7L : null,
                10,
                paused ? 10 : 0,
                3,
                paused,
                4,
                5,
                6,
                "partition " + number + (paused ? " is paused" : " is idle"));
    }

    @Test
    void thePausedOnesAreShownFirstAndCounted() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomRegistry registry = registry(context);
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry, new KeyMask(), Show.ALWAYS, false);
            assertThat(endpoint.keyedAtom("mail", null, null).partitions())
                    .as("nothing is attached")
                    .isNull();

            registry.find("mail")
                    .orElseThrow()
                    .fedBy(new Source("listener", List.of(partition(0, false), partition(1, true))));
            PartitionsDescriptor seen = endpoint.keyedAtom("mail", null, null).partitions();
            assertThat(seen.scope()).isEqualTo(AtomView.Scope.INSTANCE);
            assertThat(seen.instance()).isEqualTo("this");
            assertThat(seen.sources()).containsExactly("listener");
            assertThat(seen.paused()).isOne();
            assertThat(seen.lag()).isEqualTo(7);
            assertThat(seen.partitions().entries())
                    .containsExactly(
                            new PartitionDescriptor(
                                    "listener",
                                    "orders",
                                    1,
                                    42L,
                                    7L,
                                    10,
                                    10,
                                    3,
                                    true,
                                    4,
                                    5,
                                    6,
                                    "partition 1 is paused"),
                            new PartitionDescriptor(
                                    "listener",
                                    "orders",
                                    0,
                                    null,
                                    null,
                                    10,
                                    0,
                                    3,
                                    false,
                                    4,
                                    5,
                                    6,
                                    "partition 0 is idle"));
            assertThat(endpoint.keyedAtom("mail", null, null)
                            .summary()
                            .attention()
                            .pausedPartitions())
                    .isOne();
            assertThat(endpoint.keyedAtoms(false).headline().pausedPartitions()).isOne();
            assertAtRest(context);
        });
    }

    @Test
    void noMoreAreShownThanLanesAndTheTotalIsTold() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomRegistry registry = registry(context);
            registry.find("mail")
                    .orElseThrow()
                    .fedBy(new Source(
                            "listener",
                            IntStream.range(0, 300)
                                    .mapToObj(number -> partition(number, number == 299))
                                    .toList()));
            PartitionsDescriptor seen = new KeyedAtomsEndpoint(registry, new KeyMask(), Show.NEVER, false)
                    .keyedAtom("mail", 20, null)
                    .partitions();
            assertThat(seen.partitions().entries()).hasSize(20);
            assertThat(seen.partitions().entries().get(0).partition()).isEqualTo(299);
            assertThat(seen.partitions().total()).isEqualTo(300);
            assertThat(seen.partitions().truncated()).isTrue();
            assertAtRest(context);
        });
    }

    @Test
    void theExplanationOfAKeyTellsWhereItsRecordsAre() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomRegistry registry = registry(context);
            registry.find("mail").orElseThrow().fedBy(new Source("listener", List.of()));
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry, new KeyMask(), Show.ALWAYS, false);
            mail.pauseKey("ada");
            mail.pauseKey("bob");
            assertThat(endpoint.keyedLane("mail", "ada", null).partitions())
                    .containsExactly(new PartitionsDescriptor.KeyInPartitionDescriptor(
                            "listener", "orders", 1, 42, 2, "it waits"));
            assertThat(endpoint.keyedLane("mail", "bob", null).partitions()).isEmpty();
            mail.resumeKey("ada");
            mail.resumeKey("bob");
            assertAtRest(context);
        });
    }

    @Test
    void aPausedPartitionIsADetailOfHealthAndNotAStatus() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomRegistry registry = registry(context);
            registry.find("mail")
                    .orElseThrow()
                    .fedBy(new Source("listener", List.of(partition(0, false), partition(1, true))));
            Health health = new KeyedAtomsHealthIndicator(
                            registry, new KeyMask(), Duration.ofMinutes(1), Status.OUT_OF_SERVICE)
                    .health(true);
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            AtomHealthDescriptor seen =
                    (AtomHealthDescriptor) ((Map<?, ?>) health.getDetails().get("atoms")).get("mail");
            assertThat(seen.partitions().assigned()).isEqualTo(2);
            assertThat(seen.partitions().lag()).isEqualTo(7);
            assertThat(seen.partitions().paused().entries()).containsExactly("partition 1 is paused");
            assertAtRest(context);
        });
    }
}
