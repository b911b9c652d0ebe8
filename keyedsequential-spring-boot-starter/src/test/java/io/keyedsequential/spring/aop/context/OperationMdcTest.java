package io.keyedsequential.spring.aop.context;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static io.keyedsequential.spring.aop.context.ContextApp.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationFuture;
import io.keyedsequential.spring.aop.context.ContextApp.Desk;
import io.keyedsequential.spring.aop.context.MdcCarrier.OperationMdc;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class OperationMdcTest {

    @AfterEach
    void clean() {
        MDC.clear();
    }

    private static CompletableFuture<Map<String, String>> mdc() {
        return CompletableFuture.completedFuture(MDC.getCopyOfContextMap());
    }

    @Test
    void atomOperationIdAndMaskedKeyAreThere() {
        app().run(context -> {
            CompletableFuture<Map<String, String>> future =
                    context.getBean(Desk.class).later("ada", OperationMdcTest::mdc);
            assertThat(future.get(120, TimeUnit.SECONDS))
                    .containsOnly(
                            Map.entry(OperationMdc.ATOM, "desk"),
                            Map.entry(OperationMdc.OPERATION, "later"),
                            Map.entry(
                                    OperationMdc.KEY,
                                    context.getBean(KeyMask.class).mask("ada")),
                            Map.entry(
                                    OperationMdc.OPERATION_ID,
                                    Long.toString(((OperationFuture<?>) future).operationId())));
            assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
            assertAtRest(context);
        });
    }

    @Test
    void theKeyIsShownIfThatIsConfigured() {
        app().withPropertyValues("keyedsequential.context.mdc-key=plain")
                .run(context -> assertThat(context.getBean(Desk.class)
                                .later("ada", OperationMdcTest::mdc)
                                .get(120, TimeUnit.SECONDS))
                        .containsEntry(OperationMdc.KEY, "ada"));
    }

    @Test
    void theKeyIsLeftOutIfThatIsConfigured() {
        app().withPropertyValues("keyedsequential.context.mdc-key=none")
                .run(context -> assertThat(context.getBean(Desk.class)
                                .later("ada", OperationMdcTest::mdc)
                                .get(120, TimeUnit.SECONDS))
                        .containsKey(OperationMdc.ATOM)
                        .doesNotContainKey(OperationMdc.KEY));
    }

    @Test
    void anOperationInsideOfAnotherOneNamesItselfForItsTime() {
        app().withPropertyValues("keyedsequential.context.mdc-key=plain").run(context -> {
            Desk desk = context.getBean(Desk.class);
            List<String> keys = new ArrayList<>();
            MDC.put("request", "r-1");
            desk.turn("outer", () -> {
                keys.add(MDC.get(OperationMdc.KEY));
                desk.turn("inner", () -> keys.add(MDC.get(OperationMdc.KEY)));
                return keys.add(MDC.get(OperationMdc.KEY));
            });
            assertThat(keys).containsExactly("outer", "inner", "outer");
            assertThat(MDC.getCopyOfContextMap()).containsOnly(Map.entry("request", "r-1"));
            assertAtRest(context);
        });
    }

    @Test
    void theNamesAreGoneFromTheThreadAfterwards() {
        app().run(context -> {
            context.getBean(Desk.class).later("ada", OperationMdcTest::mdc).get(120, TimeUnit.SECONDS);
            assertThat(registry(context)
                            .coordinator("desk")
                            .submit("ada", MDC::getCopyOfContextMap)
                            .get(120, TimeUnit.SECONDS))
                    .isNullOrEmpty();
            assertAtRest(context);
        });
    }

    @Test
    void anOperationThatAnotherOneEnqueuesHasNamesOfItsOwnOnly() {
        app().withPropertyValues("keyedsequential.context.mdc-key=none", "keyedsequential.atoms.desk.max-concurrency=2")
                .run(context -> {
                    Desk desk = context.getBean(Desk.class);
                    Map<String, String> inner = desk.turn("outer", () -> {
                        MDC.put(OperationMdc.KEY, "of somebody else");
                        return desk.later("inner", OperationMdcTest::mdc).join();
                    });
                    assertThat(inner)
                            .containsEntry(OperationMdc.OPERATION, "later")
                            .doesNotContainKey(OperationMdc.KEY);
                    assertAtRest(context);
                });
    }
}
