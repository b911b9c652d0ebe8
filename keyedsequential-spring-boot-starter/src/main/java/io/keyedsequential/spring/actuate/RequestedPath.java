package io.keyedsequential.spring.actuate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Which atom or lane a request of the web is about.
 *
 * <p>Actuator puts the path, the body and the query of a request into one map, in which the body and the query win: who
 * is allowed, logged or routed by the path would then be asked about one atom and reach another. Only the segments that
 * a selector for all of the path collects come as an array, which neither a body nor a query can bring. So the
 * operations have that selector and no other.
 *
 * @param atom the atom's handle, or its name in any spelling
 * @param lane the lane; {@code null} if the request is about the atom
 */
record RequestedPath(String atom, @Nullable LaneAddress lane) {

    /**
     * What a request means.
     *
     * @param path the segments of its path
     * @param atom what it says of an atom elsewhere, which is refused
     * @param key what it says of a key elsewhere
     */
    static RequestedPath of(Object path, @Nullable String atom, @Nullable String key) {
        if (!(path instanceof String[] segments)) {
            throw bad("path: the address of the request says what is meant; no parameter may be called 'path'");
        }
        if (atom != null) {
            throw bad("atom: the address of the request names the atom; neither its query nor its body may");
        }
        if (segments.length == 0) {
            throw bad("which atom? Its name belongs in the address of the request");
        }
        if (segments.length == 1) {
            if (TrailingSlash.ofThisRequest()) {
                throw bad("which key? One that is empty, or only slashes, belongs in the parameter 'key': no path can"
                        + " carry it; a request about the atom ends with the atom's name");
            }
            return new RequestedPath(segments[0], key == null ? null : LaneAddress.text(key));
        }
        if (key != null) {
            throw bad(
                    "key: the address of the request names a key already; its query or its body may name one only if it"
                            + " ends with the atom");
        }
        return new RequestedPath(segments[0], LaneAddress.ofPath(Arrays.copyOfRange(segments, 1, segments.length)));
    }

    /** What belongs to an atom was not meant to be ignored. */
    void refuseForLane(String parameter, @Nullable Object value) {
        if (value != null) {
            throw bad("%s: belongs to a request about an atom, not to one about a key".formatted(parameter));
        }
    }

    private static RefusedException bad(String message) {
        return new RefusedException(RefusedException.BAD_REQUEST, message);
    }

    /**
     * Whether the request of this thread ends with a slash: {@code /orders/} and {@code /orders//} come from a key that
     * is empty, or only slashes, and must not reach the whole atom. Actuator drops such slashes. Known where Spring MVC
     * serves the request.
     */
    static final class TrailingSlash {

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
}
