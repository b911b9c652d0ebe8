package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension.KeyedAtomsPageWebExtension;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeyedAtomsPageTest {

    private final ApplicationContextRunner app =
            app().withConfiguration(AutoConfigurations.of(KeyedAtomsActuatorAutoConfiguration.class));

    @Test
    void exposedOnTheWebTheEndpointHasAPage() {
        app.withPropertyValues("management.endpoints.web.exposure.include=keyedatoms")
                .run(context -> assertThat(context)
                        .hasSingleBean(KeyedAtomsPageWebExtension.class)
                        .hasSingleBean(KeyedAtomsEndpointWebExtension.class));
    }

    @Test
    void thePageCanBeTurnedOffAlone() {
        app.withPropertyValues(
                        "management.endpoints.web.exposure.include=keyedatoms",
                        "management.endpoint.keyedatoms.page.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(KeyedAtomsEndpoint.class)
                        .hasSingleBean(KeyedAtomsEndpointWebExtension.class)
                        .doesNotHaveBean(KeyedAtomsPageWebExtension.class));
    }

    @Test
    void exposedElsewhereItHasNone() {
        app.withPropertyValues("management.endpoints.jmx.exposure.include=keyedatoms", "spring.jmx.enabled=true")
                .run(context -> assertThat(context)
                        .hasSingleBean(KeyedAtomsEndpoint.class)
                        .doesNotHaveBean(KeyedAtomsPageWebExtension.class));
    }

    @Test
    void withoutAnEndpointThereIsNone() {
        app.run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsPageWebExtension.class));
    }

    @Test
    void aNativeImageKeepsWhatThePageIsMadeOf() {
        RuntimeHints hints = new RuntimeHints();
        new KeyedAtomsActuatorAutoConfiguration.Endpoint.Page.Resources().registerHints(hints, null);
        assertThat(RuntimeHintsPredicates.resource().forResource("io/keyedsequential/spring/actuate/page/page.html"))
                .accepts(hints);
    }
}
