package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.park;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.KeyMask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** With Spring Security in front: everybody may read, operators may see keys and steer. */
@SpringBootTest(
        classes = SecuredHttpTest.App.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.access=unrestricted",
            "management.endpoint.keyedatoms.show-keys=when-authorized",
            "management.endpoint.keyedatoms.roles=OPERATOR"
        })
@AutoConfigureRestTestClient
@ExtendWith(OutputCaptureExtension.class)
class SecuredHttpTest {

    private static final String MAIL = "/actuator/keyedatoms/mail";

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(EndpointApp.Atoms.class)
    static class App {

        @Bean
        SecurityFilterChain readersAndOperators(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.POST, "/actuator/**")
                            .hasRole("OPERATOR")
                            .anyRequest()
                            .permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("olga")
                            .password("{noop}olga")
                            .roles("OPERATOR")
                            .build(),
                    User.withUsername("gus")
                            .password("{noop}gus")
                            .roles("GUEST")
                            .build());
        }
    }

    @Autowired
    private RestTestClient anonymous;

    @Autowired
    private KeyedCoordinator<String> mail;

    @Autowired
    private KeyMask mask;

    @Autowired
    private ApplicationContext context;

    @BeforeEach
    void parkOne() {
        park(mail, "customer-7", 1);
    }

    @AfterEach
    void nothingIsLeft() {
        mail.purge("customer-7");
        assertAtRest(context);
    }

    private RestTestClient as(String user) {
        return anonymous
                .mutate()
                .defaultHeaders(headers -> headers.setBasicAuth(user, user))
                .build();
    }

    private String lane() {
        return MAIL + "/" + mask.mask("customer-7").substring(1);
    }

    @Test
    void whoHasTheRoleSeesKeysAndMessagesAndAddressesLanesByKey() {
        JsonNode lane = get(as("olga"), MAIL + "/customer-7");
        assertThat(lane.get("key").asString()).isEqualTo("customer-7");
        assertThat(lane.get("operation").get("error").get("message").asString()).isEqualTo("no letter for customer-7");
        assertThat(get(as("olga"), MAIL)
                        .get("stuck")
                        .get("entries")
                        .get(0)
                        .get("key")
                        .asString())
                .isEqualTo("customer-7");
    }

    @Test
    void whoHasNotTheRoleSeesMasksOnlyWhichLeadToTheLane() {
        for (RestTestClient reader : new RestTestClient[] {anonymous, as("gus")}) {
            JsonNode atom = get(reader, MAIL);
            JsonNode stuck = atom.get("stuck").get("entries").get(0);
            assertThat(stuck.get("key").asString()).isEqualTo(mask.mask("customer-7"));
            JsonNode lane = get(reader, MAIL + "/" + stuck.get("handle").asString());
            assertThat(lane.get("operation").get("error").get("type").asString())
                    .isEqualTo("java.lang.IllegalStateException");
            assertThat(atom.toString() + lane).doesNotContain("customer-");
            reader.get().uri(MAIL + "/customer-7").exchange().expectStatus().isNotFound();
        }
    }

    @Test
    void whoMayNotSteerIsRefusedAndNothingIsDone() {
        post(anonymous, lane(), "{\"action\":\"purge\"}", 401);
        post(as("gus"), lane(), "{\"action\":\"purge\"}", 403);
        assertThat(mail.lane("customer-7").orElseThrow().operations()).hasSize(2);
    }

    @Test
    void theLogSaysWhoSteeredButNotWhichKey(CapturedOutput output) {
        JsonNode purged = post(as("olga"), MAIL + "/customer-7", "{\"action\":\"purge\"}", 200);
        assertThat(purged.get("key").asString()).isEqualTo("customer-7");
        assertThat(output)
                .contains("mail: purge of key %s by 'olga': 2 operations are taken out and will never run"
                        .formatted(mask.mask("customer-7")));
        post(as("olga"), MAIL, "{\"action\":\"cancel\",\"operation\":999}", 404);
        assertThat(output)
                .contains("mail: operation 999 has ended, or never was (cancel, refused to 'olga')")
                .doesNotContain("purge of key customer-7");
    }
}
