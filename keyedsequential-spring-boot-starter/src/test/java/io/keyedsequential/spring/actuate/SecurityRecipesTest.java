package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.actuate.EndpointScenario.park;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyedsequential.KeyedCoordinator;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Runs the recipes of docs/security.md: each script as it stands there, against the filter chain that stands beside it. */
class SecurityRecipesTest {

    private static final String PASSWORD = "correct horse & battery";

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(EndpointApp.Atoms.class)
    static class App {

        @Bean
        UserDetailsService people() {
            return new InMemoryUserDetailsManager(User.withUsername("operator")
                    .password("{noop}" + PASSWORD)
                    .roles("OPERATOR")
                    .build());
        }
    }

    static class FormLogin extends App {

        // snippet: form
        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.authorizeHttpRequests(
                            requests -> requests.requestMatchers(HttpMethod.POST, "/actuator/keyedatoms/**")
                                    .hasRole("OPERATOR")
                                    .anyRequest()
                                    .authenticated())
                    .formLogin(Customizer.withDefaults())
                    .csrf(CsrfConfigurer::spa) // the token is in a cookie, where page and script find it
                    .build();
        }
        // end: form
    }

    static class Basic extends App {

        // snippet: basic
        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.authorizeHttpRequests(
                            requests -> requests.requestMatchers(HttpMethod.POST, "/actuator/keyedatoms/**")
                                    .hasRole("OPERATOR")
                                    .anyRequest()
                                    .authenticated())
                    .httpBasic(Customizer.withDefaults())
                    .csrf(CsrfConfigurer::spa) // browsers send the password unasked, also for other people's pages
                    .build();
        }
        // end: basic
    }

    static class Bearer extends App {

        // snippet: bearer
        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.authorizeHttpRequests(
                            requests -> requests.requestMatchers(HttpMethod.POST, "/actuator/keyedatoms/**")
                                    .hasAnyAuthority("SCOPE_operator", "ROLE_OPERATOR")
                                    .anyRequest()
                                    .authenticated())
                    .oauth2ResourceServer(tokens -> tokens.jwt(Customizer.withDefaults())) // scripts
                    .formLogin(Customizer.withDefaults()) // people; or oauth2Login
                    .csrf(CsrfConfigurer::spa) // of people only: nothing sends a bearer token unasked
                    .build();
        }
        // end: bearer

        /** Believes every token, which is the scope. */
        @Bean
        JwtDecoder decoder() {
            return token -> Jwt.withTokenValue(token)
                    .header("alg", "none")
                    .subject("script")
                    .issuedAt(Instant.now())
                    .claim("scope", token)
                    .build();
        }
    }

    private static ConfigurableApplicationContext start(Class<?> app) {
        return new SpringApplicationBuilder(app)
                .run("--server.port=0", "--spring.config.location=classpath:recipes/security.yml");
    }

    private static URI base(ConfigurableApplicationContext context) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /** What the script prints: the atom with its keys, and what has been done. */
    private static String runScript(ConfigurableApplicationContext context, String name, Path directory)
            throws IOException, InterruptedException {
        assumeTrue(isThere("bash") && isThere("curl") && isThere("awk"));
        File output = directory.resolve("output").toFile();
        ProcessBuilder script = new ProcessBuilder(
                        "bash",
                        "-euo",
                        "pipefail",
                        new ClassPathResource("recipes/" + name).getFile().getPath())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output);
        script.environment()
                .putAll(Map.of("base", base(context).toString(), "password", PASSWORD, "token", "operator"));
        Process process = script.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readString(output.toPath());
    }

    private static boolean isThere(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static void operatorsSeeKeysAndPause(ConfigurableApplicationContext context, String script, Path directory)
            throws Exception {
        @SuppressWarnings("unchecked")
        KeyedCoordinator<String> mail = context.getBean("mail", KeyedCoordinator.class);
        park(mail, "customer-7", 0);
        String output = runScript(context, script, directory);
        assertThat(output).contains("customer-7").doesNotContain("\"status\":40");
        assertThat(mail.isPaused()).as(output).isTrue();
        mail.resume();
        mail.purge("customer-7");
        assertAtRest(context);
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext context, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(base(context).resolve("/actuator/keyedatoms"))
                .header("Accept", accept)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int post(ConfigurableApplicationContext context, String... headers) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(base(context).resolve("/actuator/keyedatoms/mail"))
                .headers(headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"pause\"}"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void formLogin(@TempDir Path directory) throws Exception {
        try (ConfigurableApplicationContext context = start(FormLogin.class)) {
            operatorsSeeKeysAndPause(context, "form.sh", directory);
            HttpResponse<String> page = get(context, "text/html");
            assertThat(page.statusCode()).isEqualTo(302);
            assertThat(page.headers().firstValue("Location").orElseThrow()).endsWith("/login");
        }
    }

    @Test
    void basic(@TempDir Path directory) throws Exception {
        try (ConfigurableApplicationContext context = start(Basic.class)) {
            operatorsSeeKeysAndPause(context, "basic.sh", directory);
            HttpResponse<String> page = get(context, "text/html");
            assertThat(page.statusCode()).isEqualTo(401);
            assertThat(page.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .startsWith("Basic");
            String credentials = "Basic " + Base64.getEncoder().encodeToString(("operator:" + PASSWORD).getBytes());
            assertThat(post(context, "Authorization", credentials))
                    .as("without the CSRF token: refused before anybody is signed in")
                    .isEqualTo(401);
        }
    }

    @Test
    void bearerTokens(@TempDir Path directory) throws Exception {
        try (ConfigurableApplicationContext context = start(Bearer.class)) {
            operatorsSeeKeysAndPause(context, "bearer.sh", directory);
            HttpResponse<String> page = get(context, "text/html");
            assertThat(page.statusCode()).isEqualTo(302);
            assertThat(page.headers().firstValue("Location").orElseThrow()).endsWith("/login");
            assertThat(get(context, "application/json").statusCode()).isEqualTo(401);
            assertThat(post(context, "Authorization", "Bearer reader"))
                    .as("another scope")
                    .isEqualTo(403);
        }
    }
}
