package io.keyedsequential.spring.actuate;

import org.springframework.http.server.PathContainer;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Whether the request of this thread ends with a slash: {@code /orders/} and {@code /orders//} come from a key that is empty, or only slashes, and
 * must not reach the whole atom. Actuator drops such slashes. Known where Spring MVC serves the request.
 */
final class TrailingSlash {

    /** Where Spring MVC keeps the path of a request; its constant would need the Servlet API. */
    private static final String PATH = "org.springframework.web.util.ServletRequestPathUtils.PATH";

    private static final boolean KNOWN = ClassUtils.isPresent(
            "org.springframework.web.context.request.RequestContextHolder", TrailingSlash.class.getClassLoader());

    private TrailingSlash() {}

    static boolean ofThisRequest() {
        return KNOWN && Requests.endsWithSlash();
    }

    /** Loaded only where there is one. */
    private static final class Requests {

        static boolean endsWithSlash() {
            RequestAttributes request = RequestContextHolder.getRequestAttributes();
            return request != null
                    && request.getAttribute(PATH, RequestAttributes.SCOPE_REQUEST) instanceof PathContainer path
                    && path.value().endsWith("/");
        }
    }
}
