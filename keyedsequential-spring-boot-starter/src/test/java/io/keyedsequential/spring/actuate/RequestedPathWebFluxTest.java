package io.keyedsequential.spring.actuate;

import org.springframework.test.context.TestPropertySource;

/** Served by Spring WebFlux. */
@TestPropertySource(
        properties = {
            "spring.main.web-application-type=reactive",
            "spring.autoconfigure.exclude="
                    + "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration,"
                    + "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration"
        })
class RequestedPathWebFluxTest extends RequestedPathHttp {}
