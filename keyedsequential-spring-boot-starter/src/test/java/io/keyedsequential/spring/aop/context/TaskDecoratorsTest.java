package io.keyedsequential.spring.aop.context;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.aop.context.ContextApp.app;
import static io.keyedsequential.spring.aop.context.ContextApp.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.aop.context.ContextApp.Desk;
import io.keyedsequential.spring.aop.context.MdcCarrier.OperationMdc;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;

class TaskDecoratorsTest {

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @Order(1)
    static class First implements TaskDecorator {
        @Override
        public Runnable decorate(Runnable body) {
            return around("first", body);
        }
    }

    @Order(2)
    static class Second implements TaskDecorator {
        @Override
        public Runnable decorate(Runnable body) {
            return around("second", body);
        }
    }

    private static Runnable around(String name, Runnable body) {
        Thread caller = Thread.currentThread();
        return () -> {
            assertThat(Thread.currentThread()).isNotSameAs(caller);
            SEEN.add(name);
            body.run();
        };
    }

    @Test
    void allAreAppliedInTheirOrderAsBootDoes() {
        SEEN.clear();
        app().withBean(Second.class).withBean(First.class).run(context -> {
            seen(context, () -> SEEN.add("body"));
            // Boot's composite decorates with the first one first, which is innermost then
            assertThat(SEEN).containsExactly("second", "first", "body");
            assertAtRest(context);
        });
    }

    @Test
    void aCallThatReturnsAValueIsNotDecorated() {
        SEEN.clear();
        app().withBean(First.class).run(context -> {
            context.getBean(Desk.class).turn("ada", () -> SEEN.add("body"));
            assertThat(SEEN).containsExactly("body");
        });
    }

    @Test
    void aFailureOfTheBodyPassesThroughUnchanged() {
        app().withBean(
                        TaskDecorator.class,
                        () -> body -> () -> {
                            try {
                                body.run();
                            } catch (RuntimeException e) {
                                throw new IllegalStateException("a decorator sees no failure", e);
                            }
                        })
                .run(context -> {
                    assertThatThrownBy(() -> seen(context, () -> {
                                throw new UnsupportedOperationException("by the body");
                            }))
                            .cause()
                            .isExactlyInstanceOf(UnsupportedOperationException.class)
                            .hasMessage("by the body");
                    assertAtRest(context);
                });
    }

    @Test
    void aDecoratorThatFailsFailsTheOperation() {
        app().withBean(
                        TaskDecorator.class,
                        () -> body -> () -> {
                            body.run();
                            throw new IllegalStateException("by the decorator");
                        })
                .run(context -> {
                    assertThatThrownBy(() -> seen(context, () -> "")).hasRootCauseMessage("by the decorator");
                    assertAtRest(context);
                });
    }

    @Test
    void aDecoratorThatDoesNotRunTheBodyFailsTheOperation() {
        app().withBean(TaskDecorator.class, () -> body -> () -> {}).run(context -> {
            assertThatThrownBy(() -> seen(context, () -> ""))
                    .hasRootCauseMessage("desk: a TaskDecorator has not run the body of the operation 'later'");
            assertAtRest(context);
        });
    }

    @Test
    void aDecoratorThatRunsTheBodyTwiceFailsTheOperationAndRunsItOnce() {
        SEEN.clear();
        app().withBean(
                        TaskDecorator.class,
                        () -> body -> () -> {
                            body.run();
                            body.run();
                        })
                .run(context -> {
                    assertThatThrownBy(() -> seen(context, () -> SEEN.add("body")))
                            .hasRootCauseMessage(
                                    "desk: a TaskDecorator runs the body of the operation 'later' a second time, or too late");
                    assertThat(SEEN).containsExactly("body");
                    assertAtRest(context);
                });
    }

    @Test
    void oneThatExchangesTheMdcDoesNotHideTheOperation() {
        app().withBean(
                        TaskDecorator.class,
                        () -> body -> () -> {
                            MDC.clear();
                            MDC.put("by", "decorator");
                            body.run();
                        })
                .run(context -> {
                    assertThat(seen(context, MDC::getCopyOfContextMap))
                            .containsEntry("by", "decorator")
                            .containsEntry(OperationMdc.ATOM, "desk");
                    assertAtRest(context);
                });
    }
}
