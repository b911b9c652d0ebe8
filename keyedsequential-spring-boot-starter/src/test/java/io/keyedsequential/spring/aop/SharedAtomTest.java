package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SharedAtomTest {

    static class Journal {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final CountDownLatch gate = new CountDownLatch(1);
    }

    static class Orders {
        final Journal journal;

        Orders(Journal journal) {
            this.journal = journal;
        }

        @KeyedSequential(key = "#customer", atom = "customers", maxConcurrency = 4)
        public void order(String customer, int number) {
            await(journal.gate);
            journal.lines.add("order " + number);
        }
    }

    static class Payments {
        final Journal journal;

        Payments(Journal journal) {
            this.journal = journal;
        }

        @KeyedSequential(key = "#customer", atom = "${payments.atom}")
        public void pay(String customer, int number) {
            journal.lines.add("pay " + number);
        }
    }

    static class Meeting {
        final CountDownLatch both = new CountDownLatch(2);

        @KeyedSequential(key = "#p0", maxConcurrency = 2)
        public void meet(String key) {
            both.countDown();
            await(both);
        }
    }

    @Test
    void methodsOfTwoBeansThatNameOneAtomShareOneOrderPerKey() {
        app().withBean(Journal.class)
                .withBean(Orders.class)
                .withBean(Payments.class)
                .withPropertyValues("payments.atom=customers")
                .run(context -> {
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < 25; i++) {
                        context.getBean(Orders.class).order("A", i);
                        context.getBean(Payments.class).pay("A", i);
                        expected.add("order " + i);
                        expected.add("pay " + i);
                    }
                    context.getBean(Journal.class).gate.countDown();
                    assertAtRest(context);
                    assertThat(context.getBean(Journal.class).lines).containsExactlyElementsOf(expected);
                    assertThat(registry(context).atoms())
                            .extracting(RegisteredAtom::name)
                            .containsExactly("customers");
                });
    }

    @Test
    void operationsOfDifferentKeysRunTogether() {
        app().withBean("meetingRoom", Meeting.class).run(context -> {
            Meeting meeting = context.getBean(Meeting.class);
            meeting.meet("A");
            meeting.meet("B");
            assertAtRest(context);
            assertThat(registry(context)
                            .coordinator("meeting-room-meet")
                            .stats()
                            .completed())
                    .isEqualTo(2);
            assertThat(registry(context)
                            .coordinator("meeting-room-meet")
                            .stats()
                            .failed())
                    .isZero();
        });
    }

    @Test
    void anAnnotatedMethodMayUseTheApplicationsOwnCoordinator() {
        KeyedCoordinator<String> own =
                KeyedCoordinator.<String>builder("customers").maxConcurrency(3).build();
        app().withBean(Journal.class)
                .withBean(Payments.class)
                .withBean("own", KeyedCoordinator.class, () -> own)
                .withPropertyValues("payments.atom=customers")
                .run(context -> {
                    context.getBean(Payments.class).pay("A", 1);
                    assertAtRest(context);
                    assertThat(own.stats().completed()).isOne();
                });
    }
}
