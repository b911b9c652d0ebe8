package io.keyedsequential.sample.page;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** The plain application behind Spring Security: two people may look, and one of them may see keys and steer. */
@Import(PlainApp.class)
@EnableWebSecurity
class SecuredApp {

    static final String PASSWORD = "correct horse";

    // snippet: security
    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers(HttpMethod.POST, "/actuator/keyedatoms/**")
                                .hasRole("OPERATOR")
                                .anyRequest()
                                .authenticated())
                .formLogin(Customizer.withDefaults())
                .csrf(CsrfConfigurer::spa) // puts the token into a cookie, where the page finds it
                .build();
    }
    // end: security

    @Bean
    UserDetailsService people() {
        return new InMemoryUserDetailsManager(person("operator", "OPERATOR"), person("visitor", "VISITOR"));
    }

    private static org.springframework.security.core.userdetails.UserDetails person(String name, String role) {
        return User.withUsername(name).password("{noop}" + PASSWORD).roles(role).build();
    }
}
