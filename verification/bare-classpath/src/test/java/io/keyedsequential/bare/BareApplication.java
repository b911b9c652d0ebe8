package io.keyedsequential.bare;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The smallest application with annotated methods of every kind that needs no optional library. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class BareApplication {

    @Bean
    BareService bareService() {
        return new BareService();
    }
}
