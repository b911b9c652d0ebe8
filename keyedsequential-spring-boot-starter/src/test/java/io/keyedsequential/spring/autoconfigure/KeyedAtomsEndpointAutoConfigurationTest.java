package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.EndpointSurroundings.AtomHistory;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomsDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeyedAtomsEndpointAutoConfigurationTest {

    private final ApplicationContextRunner app =
            app().withConfiguration(AutoConfigurations.of(KeyedAtomsActuatorAutoConfiguration.class));

    @Test
    void thereIsNoEndpointUnlessItIsExposed() {
        app.run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsEndpoint.class));
    }

    @Test
    void exposedOnTheWebItHasItsExtension() {
        app.withPropertyValues("management.endpoints.web.exposure.include=keyedatoms")
                .run(context -> assertThat(context)
                        .hasSingleBean(KeyedAtomsEndpoint.class)
                        .hasSingleBean(KeyedAtomsEndpointWebExtension.class));
    }

    @Test
    void exposedElsewhereItHasNone() {
        app.withPropertyValues("management.endpoints.jmx.exposure.include=keyedatoms", "spring.jmx.enabled=true")
                .run(context -> assertThat(context)
                        .hasSingleBean(KeyedAtomsEndpoint.class)
                        .doesNotHaveBean(KeyedAtomsEndpointWebExtension.class));
    }

    @Test
    void withoutAccessThereIsNone() {
        app.withPropertyValues(
                        "management.endpoints.web.exposure.include=keyedatoms",
                        "management.endpoint.keyedatoms.access=NONE")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsEndpoint.class));
    }

    @Test
    void withoutAtomsThereIsNone() {
        app.withPropertyValues("management.endpoints.web.exposure.include=keyedatoms", "keyedsequential.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsEndpoint.class));
    }

    @Test
    void theLastHourIsSampledAsLongAsTheContextLives() {
        AtomHistory[] history = new AtomHistory[1];
        app.withPropertyValues("management.endpoints.web.exposure.include=keyedatoms")
                .run(context -> {
                    history[0] = context.getBean(AtomHistory.class);
                    assertThat(history[0].isRunning()).isTrue();
                });
        assertThat(history[0].isRunning()).isFalse();
    }

    @Test
    void theLastHourIsNotSampledIfSwitchedOff() {
        app.withPropertyValues(
                        "management.endpoints.web.exposure.include=keyedatoms",
                        "management.endpoint.keyedatoms.history.enabled=false")
                .run(context -> {
                    assertThat(context).hasSingleBean(KeyedAtomsEndpoint.class).doesNotHaveBean(AtomHistory.class);
                    assertThat(context.getBean(KeyedAtomsEndpoint.class)
                                    .keyedAtoms(true)
                                    .history())
                            .isNull();
                });
    }

    @Test
    void applicationAndInstanceAreNamed() {
        app.withPropertyValues(
                        "management.endpoints.web.exposure.include=keyedatoms",
                        "spring.application.name=order-desk",
                        "management.endpoint.keyedatoms.instance=pod-7")
                .run(context -> {
                    AtomsDescriptor atoms =
                            context.getBean(KeyedAtomsEndpoint.class).keyedAtoms(null);
                    assertThat(atoms.application()).isEqualTo("order-desk");
                    assertThat(atoms.instance()).isEqualTo("pod-7");
                });
        app.withPropertyValues("management.endpoints.web.exposure.include=keyedatoms", "HOSTNAME=order-desk-7f")
                .run(context -> assertThat(context.getBean(KeyedAtomsEndpoint.class)
                                .keyedAtoms(null)
                                .instance())
                        .isEqualTo("order-desk-7f-" + ProcessHandle.current().pid()));
    }

    @Test
    void anAddressOfTracesWithoutAPlaceForTheIdOrOfAnotherKindIsRefused() {
        for (String wrong :
                new String[] {"https://traces.example/", "javascript:alert('{traceId}')", "/trace/{traceId}"}) {
            app.withPropertyValues(
                            "management.endpoints.web.exposure.include=keyedatoms",
                            "management.endpoint.keyedatoms.trace-url=" + wrong)
                    .run(context -> assertThat(context.getStartupFailure())
                            .rootCause()
                            .hasMessageContaining("an address with {traceId} in the place of the id"));
        }
        app.withPropertyValues(
                        "management.endpoints.web.exposure.include=keyedatoms",
                        "management.endpoint.keyedatoms.trace-url=https://traces.example/trace/{traceId}")
                .run(context -> assertThat(context).hasSingleBean(KeyedAtomsEndpoint.class));
    }
}
