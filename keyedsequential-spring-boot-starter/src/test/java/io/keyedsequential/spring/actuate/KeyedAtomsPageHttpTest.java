package io.keyedsequential.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

@SpringBootTest(
        classes = EndpointApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "management.endpoints.web.exposure.include=keyedatoms")
@AutoConfigureRestTestClient
class KeyedAtomsPageHttpTest {

    @Autowired
    private RestTestClient client;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
                "application/json;q=0.5,text/html"
            })
    void whoPrefersHtmlGetsThePage(String accept) {
        EntityExchangeResult<byte[]> page = get(accept);
        assertThat(page.getResponseHeaders().getContentType()).hasToString("text/html;charset=UTF-8");
        assertThat(page.getResponseBody())
                .asString()
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "application/*",
                "application/json, text/html;q=0.9",
                "application/vnd.spring-boot.actuator.v3+json"
            })
    void everybodyElseGetsJson(String accept) {
        assertThat(get(accept).getResponseBody()).asString().startsWith("{\"").contains("\"atoms\":{");
    }

    @Test
    void whoPrefersNothingGetsJson() {
        assertThat(get(null).getResponseBody()).asString().startsWith("{\"").contains("\"atoms\":{");
    }

    @Test
    void theListOfEndpointsIsNotConfusedByIt() {
        client.get()
                .uri("/actuator")
                .exchange()
                .expectBody()
                .jsonPath("$._links.keyedatoms.href")
                .value(String.class, href -> assertThat(href).endsWith("/actuator/keyedatoms"));
    }

    private EntityExchangeResult<byte[]> get(@Nullable String accept) {
        return client.get()
                .uri("/actuator/keyedatoms")
                .headers(headers -> {
                    headers.remove("Accept");
                    if (accept != null) {
                        headers.setAccept(MediaType.parseMediaTypes(accept));
                    }
                })
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();
    }
}
