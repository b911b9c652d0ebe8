package io.keyedsequential.spring.actuate.page;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointWebExtension;
import java.util.Set;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that also answers clients that prefer {@code text/html} with the
 * live page; others get JSON. The page holds no data: it asks the endpoint like any other client, so that what a reader
 * may see and do is decided there. An endpoint has one extension at most, so that this one is the other one and more.
 */
@EndpointWebExtension(endpoint = KeyedAtomsEndpoint.class)
public class KeyedAtomsPageWebExtension extends KeyedAtomsEndpointWebExtension {

    private final String document = PageDocument.assemble();

    /**
     * Extends an endpoint, and assembles the page once.
     *
     * @param endpoint the endpoint
     * @param showKeys when keys are shown
     * @param roles who is authorized; if empty, every authenticated user
     */
    public KeyedAtomsPageWebExtension(KeyedAtomsEndpoint endpoint, Show showKeys, Set<String> roles) {
        super(endpoint, showKeys, roles);
    }

    /**
     * The page.
     *
     * @return an HTML document that needs nothing else
     */
    @ReadOperation(produces = "text/html;charset=UTF-8")
    public String page() {
        return document;
    }
}
