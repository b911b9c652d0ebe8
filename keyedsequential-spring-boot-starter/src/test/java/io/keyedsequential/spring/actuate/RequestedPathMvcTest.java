package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Served by Spring MVC. */
class RequestedPathMvcTest extends RequestedPathHttp {

    /** A script that puts a key into the path does not pause the atom if the key is empty. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "///"})
    void aPathThatEndsWithSlashesIsNotThatOfTheAtom(String key) {
        assertThat(messageOf(post(client, "/actuator/keyedatoms/paths" + key, body("action", "pause"), 400)))
                .startsWith("which key?");
    }
}
