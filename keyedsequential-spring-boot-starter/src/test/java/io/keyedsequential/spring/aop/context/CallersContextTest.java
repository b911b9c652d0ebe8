package io.keyedsequential.spring.aop.context;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static io.keyedsequential.spring.aop.context.ContextApp.app;
import static io.keyedsequential.spring.aop.context.ContextApp.attempts;
import static io.keyedsequential.spring.aop.context.ContextApp.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.aop.context.ContextApp.Desk;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.core.task.TaskDecorator;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestAttributesThreadLocalAccessor;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

class CallersContextTest {

    private static final String ACCESSOR = "tenant";
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();
    private static final ThreadLocal<String> DECORATED = new ThreadLocal<>();

    /** Everything that may be carried, where it is looked at. */
    private record Around(String tenant, String user, Locale locale, String zone, String mdc, String decorated) {

        static final Around NOTHING = new Around(
                null, null, Locale.getDefault(), TimeZone.getDefault().getID(), null, null);
        static final Around ALL = new Around("acme", "ada", Locale.FRENCH, "Pacific/Niue", "r-1", "by a decorator");

        static Around here() {
            Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
            return new Around(
                    TENANT.get(),
                    authentication == null ? null : authentication.getName(),
                    LocaleContextHolder.getLocale(),
                    LocaleContextHolder.getTimeZone().getID(),
                    MDC.get("request"),
                    DECORATED.get());
        }

        static void setUp() {
            TENANT.set("acme");
            authenticate("ada");
            LocaleContextHolder.setLocaleContext(
                    new SimpleTimeZoneAwareLocaleContext(Locale.FRENCH, TimeZone.getTimeZone("Pacific/Niue")));
            MDC.put("request", "r-1");
            DECORATED.set("by a decorator");
        }

        static void remove() {
            TENANT.remove();
            SecurityContextHolder.clearContext();
            LocaleContextHolder.resetLocaleContext();
            MDC.clear();
            DECORATED.remove();
        }

        private static void authenticate(String user) {
            SecurityContextHolder.setContext(SecurityContextHolder.createEmptyContext());
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(user, "secret"));
        }
    }

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(ACCESSOR, TENANT);
    }

    @AfterEach
    void clean() {
        Around.remove();
        ContextRegistry.getInstance().removeThreadLocalAccessor(ACCESSOR);
    }

    private static TaskDecorator carryingDecorated() {
        return body -> {
            String carried = DECORATED.get();
            return () -> {
                DECORATED.set(carried);
                try {
                    body.run();
                } finally {
                    DECORATED.remove();
                }
            };
        };
    }

    private static ApplicationContextRunner fullApp() {
        return app().withBean(TaskDecorator.class, CallersContextTest::carryingDecorated);
    }

    private static void everythingArrivesAndIsGoneAfterwards(ApplicationContextRunner app) {
        app.run(context -> {
            Around.setUp();
            assertThat(seen(context, Around::here)).isEqualTo(Around.ALL);
            assertThat(Around.here()).isEqualTo(Around.ALL);
            Around.remove();
            assertThat(seen(context, Around::here)).isEqualTo(Around.NOTHING);
            assertThat(leftOnTheThread(context)).isEqualTo(Around.NOTHING);
            assertAtRest(context);
        });
    }

    /** Seen by an operation that does not come from an annotated call, so that nothing is put in place for it. */
    private static Around leftOnTheThread(ApplicationContext context) throws Exception {
        return registry(context).coordinator("desk").submit("ada", Around::here).get(120, TimeUnit.SECONDS);
    }

    @Test
    void everythingArrivesInTheBodyAndIsGoneAfterwards() {
        everythingArrivesAndIsGoneAfterwards(fullApp());
    }

    @Test
    void boundToMethodsThatReturnNothingToo() {
        fullApp().run(context -> {
            Around.setUp();
            AtomicReference<Around> found = new AtomicReference<>();
            context.getBean(Desk.class).enqueue("ada", () -> found.set(Around.here()));
            assertAtRest(context);
            assertThat(found).hasValue(Around.ALL);
        });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void everythingArrivesOnVirtualThreads() {
        everythingArrivesAndIsGoneAfterwards(fullApp().withPropertyValues("spring.threads.virtual.enabled=true"));
    }

    @Test
    void everythingArrivesOnceMoreWhereBootPropagatesContextToo() {
        everythingArrivesAndIsGoneAfterwards(
                fullApp().withPropertyValues("spring.task.execution.propagate-context=true"));
    }

    @Test
    void everyAttemptHasIt() {
        fullApp()
                .withBean(CoordinatorOptionsCustomizer.class, () -> attempts(3))
                .run(context -> {
                    Around.setUp();
                    List<Around> found = new ArrayList<>();
                    seen(context, () -> {
                        found.add(Around.here());
                        Around.remove(); // what an attempt does to it is not the next one's
                        if (found.size() < 3) {
                            throw new IllegalStateException("once more");
                        }
                        return "";
                    });
                    assertThat(found).containsExactly(Around.ALL, Around.ALL, Around.ALL);
                    Around.remove();
                    assertThat(seen(context, Around::here)).isEqualTo(Around.NOTHING);
                    assertAtRest(context);
                });
    }

    @Test
    void whatTheBodyLeavesBehindIsGoneToo() {
        fullApp().run(context -> {
            seen(context, () -> {
                Around.authenticate("root");
                LocaleContextHolder.setLocale(Locale.JAPANESE);
                MDC.put("request", "r-9");
                return "";
            });
            assertThat(leftOnTheThread(context)).isEqualTo(Around.NOTHING);
            assertThat(seen(context, Around::here)).isEqualTo(Around.NOTHING);
            assertAtRest(context);
        });
    }

    /** As a pool does whose task decorator is applied to the runner: its context is that of whoever woke it. */
    @Test
    void whatAnExecutorPutsInPlaceReachesNoBody() {
        Executor executor = runner -> new Thread(() -> {
                    Around.setUp();
                    runner.run();
                })
                .start();
        app().withBean("leaky", Executor.class, () -> executor)
                .withPropertyValues("keyedsequential.atoms.desk.executor=leaky")
                .run(context -> {
                    assertThat(seen(context, Around::here))
                            .isEqualTo(new Around(
                                    null,
                                    null,
                                    Locale.getDefault(),
                                    TimeZone.getDefault().getID(),
                                    null,
                                    "by a decorator")); // nothing knows of this one
                    assertAtRest(context);
                });
    }

    @Test
    void aMethodThatReturnsAValueJustRunsWhereItsCallerIs() {
        fullApp().run(context -> {
            Around.setUp();
            Around found = context.getBean(Desk.class).turn("ada", () -> {
                Around here = Around.here();
                TENANT.set("of the body");
                MDC.put("request", "of the body");
                return here;
            });
            assertThat(found).isEqualTo(Around.ALL);
            assertThat(TENANT.get()).isEqualTo("of the body");
            assertThat(MDC.get("request")).isEqualTo("of the body");
            assertAtRest(context);
        });
    }

    @Test
    void laterStagesOfTheReturnedFutureAreOutside() {
        fullApp().run(context -> {
            Around.setUp();
            CompletableFuture<Void> gate = new CompletableFuture<>();
            CountDownLatch chained = new CountDownLatch(1);
            CompletableFuture<Around> future = context.getBean(Desk.class).later("ada", () -> {
                CompletableFuture<Around> stage = gate.thenApply(opened -> Around.here());
                chained.countDown();
                return stage;
            });
            Apps.await(chained);
            Thread opener = new Thread(() -> gate.complete(null));
            opener.start();
            assertThat(future.get(120, TimeUnit.SECONDS)).isEqualTo(Around.NOTHING);
            assertAtRest(context);
        });
    }

    @Test
    void theAuthenticationIsThatOfTheCallEvenAfterALogout() {
        app().run(context -> {
            Around.setUp();
            CountDownLatch loggedOut = new CountDownLatch(1);
            CompletableFuture<Around> future = context.getBean(Desk.class).later("ada", () -> {
                Apps.await(loggedOut);
                return CompletableFuture.completedFuture(Around.here());
            });
            CompletableFuture<Around> queued =
                    context.getBean(Desk.class).later("ada", () -> CompletableFuture.completedFuture(Around.here()));
            SecurityContextHolder.getContext().setAuthentication(null); // as a logout does
            loggedOut.countDown();
            assertThat(future.get(120, TimeUnit.SECONDS).user()).isEqualTo("ada");
            assertThat(queued.get(120, TimeUnit.SECONDS).user()).isEqualTo("ada");
            assertAtRest(context);
        });
    }

    @Test
    void theLocaleOfARequestIsReadWhileThereIsOne() {
        app().run(context -> {
            AtomicReference<Locale> ofTheRequest = new AtomicReference<>(Locale.FRENCH);
            LocaleContextHolder.setLocaleContext((LocaleContext) ofTheRequest::get);
            CountDownLatch over = new CountDownLatch(1);
            CompletableFuture<Locale> future = context.getBean(Desk.class).later("ada", () -> {
                Apps.await(over);
                return CompletableFuture.completedFuture(LocaleContextHolder.getLocale());
            });
            ofTheRequest.set(Locale.JAPANESE);
            over.countDown();
            assertThat(future.get(120, TimeUnit.SECONDS)).isEqualTo(Locale.FRENCH);
            assertAtRest(context);
        });
    }

    @Test
    void eachCanBeSwitchedOffAlone() {
        Map<String, Around> without = Map.of(
                "propagation", new Around(null, "ada", Locale.FRENCH, "Pacific/Niue", "r-1", "by a decorator"),
                "security", new Around("acme", null, Locale.FRENCH, "Pacific/Niue", "r-1", "by a decorator"),
                "locale",
                        new Around(
                                "acme",
                                "ada",
                                Locale.getDefault(),
                                TimeZone.getDefault().getID(),
                                "r-1",
                                "by a decorator"),
                "mdc", new Around("acme", "ada", Locale.FRENCH, "Pacific/Niue", null, "by a decorator"),
                "task-decorators", new Around("acme", "ada", Locale.FRENCH, "Pacific/Niue", "r-1", null));
        without.forEach((property, rest) -> fullApp()
                .withPropertyValues("keyedsequential.context." + property + "=false")
                .run(context -> {
                    Around.setUp();
                    assertThat(seen(context, Around::here)).as(property).isEqualTo(rest);
                    assertAtRest(context);
                }));
    }

    @Test
    void theRequestScopeIsNotCarriedAndSpringSaysSo() {
        RequestAttributesThreadLocalAccessor accessor = new RequestAttributesThreadLocalAccessor();
        ContextRegistry.getInstance().registerThreadLocalAccessor(accessor);
        try {
            new WebApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(
                            KeyedSequentialAutoConfiguration.class, KeyedSequentialContextAutoConfiguration.class))
                    .withBean(Desk.class)
                    .withBean("cart", StringBuilder.class, StringBuilder::new, cart -> cart.setScope("request"))
                    .run(context -> {
                        RequestContextHolder.setRequestAttributes(
                                new ServletRequestAttributes(new MockHttpServletRequest()));
                        assertThat(context.getBean("cart")).isNotNull();
                        assertThat(context.getBean(Desk.class)
                                        .later("ada", () -> CompletableFuture.completedFuture(context.getBean("cart"))))
                                .failsWithin(Duration.ofMinutes(2))
                                .withThrowableThat()
                                .withMessageContaining("Scope 'request' is not active for the current thread");
                        assertAtRest(context);
                    });
        } finally {
            RequestContextHolder.resetRequestAttributes();
            ContextRegistry.getInstance().removeThreadLocalAccessor((Object) accessor.key());
        }
    }

    /** Whoever reads the stack of a body, in a dump or of a failure, looks for the body. */
    @Test
    void thatItIsCarriedIsSeenInTheStackAsTwoFramesPerKindAtMost() {
        app().run(context -> {
            Around.setUp();
            StackTraceElement[] stack = seen(context, () -> new Throwable().getStackTrace());
            List<StackTraceElement> carriers = Arrays.stream(stack)
                    .filter(frame -> frame.getClassName().startsWith("io.keyedsequential.spring.aop.context.")
                                    && !frame.getClassName().contains("Test")
                                    && !frame.getClassName().contains("ContextApp")
                            || frame.getClassName().contains("InvocationDecorators"))
                    .toList();
            assertThat(carriers).hasSizeBetween(5, 2 * 5);
            assertAtRest(context);
        });
    }
}
