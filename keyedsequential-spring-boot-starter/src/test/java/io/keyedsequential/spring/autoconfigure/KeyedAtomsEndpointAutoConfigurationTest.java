package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointWebExtension;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeyedAtomsEndpointAutoConfigurationTest {

    private final ApplicationContextRunner app =
            app().withConfiguration(AutoConfigurations.of(KeyedAtomsEndpointAutoConfiguration.class));

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
}
