package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Which operations there are on the web, and whether the answers tell the same. */
class KeyedAtomsAccessTest {

    private final WebApplicationContextRunner app = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    KeyedSequentialAutoConfiguration.class,
                    KeyedAtomsActuatorAutoConfiguration.class,
                    EndpointAutoConfiguration.class,
                    WebEndpointAutoConfiguration.class))
            .withPropertyValues(
                    "management.endpoints.web.exposure.include=keyedatoms",
                    "management.endpoint.keyedatoms.page.enabled=false");

    private static List<String> operations(ApplicationContext context, WebEndpointHttpMethod method) {
        return context.getBean(WebEndpointsSupplier.class).getEndpoints().stream()
                .flatMap(endpoint -> endpoint.getOperations().stream())
                .map(WebOperation::getRequestPredicate)
                .filter(request -> request.getHttpMethod() == method)
                .map(request -> request.getPath())
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "management.endpoint.keyedatoms.access=READ_ONLY, false",
        "management.endpoint.keyedatoms.access=UNRESTRICTED, true",
        "management.endpoints.access.default=UNRESTRICTED, true",
        "management.endpoint.keyedatoms.enabled=true, true",
        "management.endpoints.enabled-by-default=true, true",
        "management.endpoint.keyedatoms.enabled=true management.endpoints.access.max-permitted=READ_ONLY, false",
        "management.endpoint.keyedatoms.access=UNRESTRICTED management.endpoints.access.max-permitted=READ_ONLY, false"
    })
    void writeOperationsExistWhereTheyAreOpenedAndTheAnswersSaySo(String properties, boolean open) {
        app.withPropertyValues(properties.split(" ")).run(context -> {
            assertThat(operations(context, WebEndpointHttpMethod.GET))
                    .containsExactly("keyedatoms", "keyedatoms/{*path}");
            assertThat(operations(context, WebEndpointHttpMethod.POST))
                    .isEqualTo(open ? List.of("keyedatoms/{*path}") : List.of());
            assertThat(context.getBean(KeyedAtomsEndpoint.class)
                            .keyedAtoms(null)
                            .writable())
                    .isEqualTo(open);
            assertThat(Apps.registry(context).atoms()).isEmpty();
        });
    }

    /** Boot remembers the default of whoever asks first, which is our configuration: the endpoint's own must be the same. */
    @Test
    void theEndpointItselfIsReadOnlyByDefaultAsWell() {
        assertThat(KeyedAtomsEndpoint.class.getAnnotation(Endpoint.class).defaultAccess())
                .isEqualTo(Access.READ_ONLY);
    }
}
