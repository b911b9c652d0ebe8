package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsActuatorAutoConfiguration;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ApplicationContext;

/** The same endpoint where there is no web. */
class KeyedAtomsJmxTest {

    private static final String STRING = String.class.getName();

    private static Object invoke(ApplicationContext context, String operation, String[] types, Object... arguments)
            throws Exception {
        ObjectName name = new ObjectName("org.springframework.boot:type=Endpoint,name=Keyedatoms");
        return context.getBean(MBeanServer.class).invoke(name, operation, arguments, types);
    }

    @Test
    void lanesAreReadAndSteeredByTheirHandle() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        mail.pauseKey("customer-7");
        mail.execute("customer-7", () -> {});
        app().withBean("mailer", KeyedCoordinator.class, () -> mail)
                .withConfiguration(AutoConfigurations.of(
                        KeyedAtomsActuatorAutoConfiguration.class,
                        EndpointAutoConfiguration.class,
                        JmxAutoConfiguration.class,
                        JmxEndpointAutoConfiguration.class,
                        JacksonAutoConfiguration.class))
                .withPropertyValues(
                        "spring.jmx.enabled=true",
                        "management.endpoints.jmx.exposure.include=keyedatoms",
                        "management.endpoint.keyedatoms.access=UNRESTRICTED")
                .run(context -> {
                    String[] types = {STRING, Integer.class.getName(), STRING};
                    Map<?, ?> atom = (Map<?, ?>) invoke(context, "keyedAtom", types, "mail", null, null);
                    Map<?, ?> lanes = (Map<?, ?>) atom.get("lanes");
                    assertThat(lanes.toString()).contains("handle").doesNotContain("customer-");
                    Map<?, ?> lane = (Map<?, ?>) ((List<?>) lanes.get("entries")).get(0);
                    String handle = (String) lane.get("handle");
                    String[] write = {STRING, STRING, STRING};
                    Map<?, ?> done = (Map<?, ?>) invoke(context, "steerLane", write, "mail", handle, "purge");
                    assertThat(done.get("result")).isEqualTo("1 operation is taken out and will never run");
                    assertThatThrownBy(() -> invoke(context, "steerLane", write, "mail", handle, "stop"))
                            .hasStackTraceContaining("action: retry, skip, purge, pause, resume, not stop");
                    mail.resumeKey("customer-7");
                });
    }
}
