package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.actuate.AddressedLane.LaneAddress;
import io.keyedsequential.spring.actuate.AddressedLane.Requester;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomsDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusalDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusedException;
import io.keyedsequential.spring.actuate.LaneDescriptor.ExplanationDescriptor;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.http.server.PathContainer;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * What offers {@link KeyedAtomsEndpoint} in each technology: atoms and lanes are addressed by a path of the web, and by
 * parameters of JMX.
 */
public final class KeyedAtomsEndpointExtensions {

    private KeyedAtomsEndpointExtensions() {}

    /**
     * {@link EndpointWebExtension @EndpointWebExtension} that shows keys to those who may see them, and says what is
     * wrong with a request.
     */
    @EndpointWebExtension(endpoint = KeyedAtomsEndpoint.class)
    public static class KeyedAtomsEndpointWebExtension {

        private final KeyedAtomsEndpoint endpoint;
        private final Show showKeys;
        private final Set<String> roles;

        /**
         * Extends an endpoint.
         *
         * @param endpoint the endpoint
         * @param showKeys when keys are shown
         * @param roles who is authorized; if empty, every authenticated user
         */
        public KeyedAtomsEndpointWebExtension(KeyedAtomsEndpoint endpoint, Show showKeys, Set<String> roles) {
            this.endpoint = endpoint;
            this.showKeys = showKeys;
            this.roles = Set.copyOf(roles);
        }

        /**
         * All atoms.
         *
         * @param securityContext who asks
         * @param history whether to add the last hour of each. Default: no
         * @return with what operators have done lately, which names keys to those who may see them
         */
        @ReadOperation
        @RegisterReflectionForBinding(AtomsDescriptor.class)
        public AtomsDescriptor keyedAtoms(SecurityContext securityContext, @Nullable Boolean history) {
            return endpoint.describeAll(history, reader(securityContext));
        }

        /**
         * One atom, or one lane and why it does not move.
         *
         * @param securityContext who asks
         * @param path the atom's handle or its name in any spelling; then, for a lane, its handle, or the key itself
         *     for those who may see keys
         * @param atom is refused: it belongs in the path
         * @param key for a lane whose key no path can carry: the key itself or its handle
         * @param limit how many lanes, or operations of a lane, to show, 1 or more; more than 1,000 are never shown.
         *     Default: 50 and 100
         * @param search for an atom: what to look for among keys, labels, names and ids. Default: nothing
         * @return the atom or the lane, or why it was not found
         */
        @ReadOperation
        @RegisterReflectionForBinding({AtomDescriptor.class, ExplanationDescriptor.class, RefusalDescriptor.class})
        public WebEndpointResponse<OperationResponseBody> keyedAtom(
                SecurityContext securityContext,
                @Selector(match = Match.ALL_REMAINING) Object path,
                @Nullable String atom,
                @Nullable String key,
                @Nullable Integer limit,
                @Nullable String search) {
            return answer(() -> {
                RequestedPath asked = RequestedPath.of(path, atom, key);
                Requester reader = reader(securityContext);
                LaneAddress lane = asked.lane();
                if (lane == null) {
                    return endpoint.describe(asked.atom(), limit, search, reader);
                }
                asked.refuseForLane("search", search);
                return endpoint.explain(asked.atom(), lane, limit, reader);
            });
        }

        /**
         * Does something to an atom or to a lane.
         *
         * @param securityContext who asks
         * @param path the atom's handle or its name in any spelling; then, for a lane, its handle, or the key itself
         *     for those who may see keys, and to pause or resume for every reader
         * @param atom is refused: it belongs in the path
         * @param key for a lane whose key no path can carry: the key itself or its handle
         * @param action of an atom: {@code pause}, {@code resume}, {@code limits} or {@code reset-limits}; {@code
         *     cancel}, {@code retry}, {@code skip}, {@code purge} or {@code abandon} of an operation; {@code
         *     retry-parked}, {@code skip-parked} or {@code purge-parked} of all parked lanes. Of a lane: {@code retry},
         *     {@code skip}, {@code purge}, {@code pause} or {@code resume}
         * @param maxConcurrency for {@code limits}: how many operations run at once from now on
         * @param operation for those of an operation: its id
         * @param error for those of parked lanes: only lanes that have failed with this class
         * @param preview for those of parked lanes: {@code true} to be told only what would be done
         * @param atMost for those of parked lanes: how many are expected; if there are more, nothing is done
         * @return what was done, or why it was not
         */
        @WriteOperation
        @RegisterReflectionForBinding({ActionDescriptor.class, RefusalDescriptor.class})
        public WebEndpointResponse<OperationResponseBody> steer(
                SecurityContext securityContext,
                @Selector(match = Match.ALL_REMAINING) Object path,
                @Nullable String atom,
                @Nullable String key,
                @Nullable String action,
                @Nullable Integer maxConcurrency,
                @Nullable Long operation,
                @Nullable String error,
                @Nullable Boolean preview,
                @Nullable Integer atMost) {
            return answer(() -> {
                RequestedPath asked = RequestedPath.of(path, atom, key);
                Requester reader = reader(securityContext);
                LaneAddress lane = asked.lane();
                if (lane == null) {
                    ParkedRequest parked = new ParkedRequest(error, preview, atMost);
                    return endpoint.steer(asked.atom(), action, maxConcurrency, operation, parked, reader);
                }
                asked.refuseForLane("maxConcurrency", maxConcurrency);
                asked.refuseForLane("operation", operation);
                asked.refuseForLane("error", error);
                asked.refuseForLane("preview", preview);
                asked.refuseForLane("atMost", atMost);
                return endpoint.steer(asked.atom(), lane, action, reader);
            });
        }

        private static WebEndpointResponse<OperationResponseBody> answer(
                Supplier<? extends OperationResponseBody> asked) {
            try {
                return new WebEndpointResponse<>(asked.get());
            } catch (RefusedException e) {
                return new WebEndpointResponse<>(new RefusalDescriptor(e.why()), e.status());
            }
        }

        private Requester reader(SecurityContext securityContext) {
            Principal principal = securityContext.getPrincipal();
            return new Requester(
                    principal == null ? null : principal.getName(), showKeys.isShown(securityContext, roles));
        }

        /**
         * Which atom or lane a request of the web is about.
         *
         * <p>Actuator puts the path, the body and the query of a request into one map, in which the body and the query
         * win: who is allowed, logged or routed by the path would then be asked about one atom and reach another. Only
         * the segments that a selector for all of the path collects come as an array, which neither a body nor a query
         * can bring. So the operations have that selector and no other.
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
                        throw bad(
                                "which key? One that is empty, or only slashes, belongs in the parameter 'key': no path "
                                        + "can carry it; a request about the atom ends with the atom's name");
                    }
                    return new RequestedPath(segments[0], key == null ? null : LaneAddress.text(key));
                }
                if (key != null) {
                    throw bad("key: the address of the request names a key already; its query or its body may name one "
                            + "only if it ends with the atom");
                }
                return new RequestedPath(
                        segments[0], LaneAddress.ofPath(Arrays.copyOfRange(segments, 1, segments.length)));
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
             * Whether the request of this thread ends with a slash: {@code /orders/} and {@code /orders//} come from a
             * key that is empty, or only slashes, and must not reach the whole atom. Actuator drops such slashes. Known
             * where Spring MVC serves the request.
             */
            static final class TrailingSlash {

                /** Where Spring MVC keeps the path of a request; its constant would need the Servlet API. */
                private static final String PATH = "org.springframework.web.util.ServletRequestPathUtils.PATH";

                private static final boolean KNOWN = ClassUtils.isPresent(
                        "org.springframework.web.context.request.RequestContextHolder",
                        TrailingSlash.class.getClassLoader());

                private TrailingSlash() {}

                static boolean ofThisRequest() {
                    return KNOWN && Requests.endsWithSlash();
                }

                /** Loaded only where there is one. */
                private static final class Requests {

                    static boolean endsWithSlash() {
                        RequestAttributes request = RequestContextHolder.getRequestAttributes();
                        return request != null
                                && request.getAttribute(PATH, RequestAttributes.SCOPE_REQUEST)
                                        instanceof PathContainer path
                                && path.value().endsWith("/");
                    }
                }
            }
        }

        /**
         * {@link EndpointWebExtension @EndpointWebExtension} that also answers clients that prefer {@code text/html}
         * with the live page; others get JSON. The page holds no data: it asks the endpoint like any other client, so
         * that what a reader may see and do is decided there. An endpoint has one extension at most, so that this one
         * is the other one and more.
         */
        @EndpointWebExtension(endpoint = KeyedAtomsEndpoint.class)
        public static class KeyedAtomsPageWebExtension extends KeyedAtomsEndpointWebExtension {

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

            /**
             * Puts the page together from its resources. Style and script are inline, and the document's
             * Content-Security-Policy names the hashes of exactly these two: a script that got into the page by any
             * other way does not run.
             */
            static final class PageDocument {

                private PageDocument() {}

                /** In this order: they share one scope, and each uses what stands before it. */
                private static Stream<String> scripts() {
                    return Stream.of(
                            "format.js",
                            "dom.js",
                            "server.js",
                            "history.js",
                            "blocks.js",
                            "verbs.js",
                            "parked.js",
                            "headline.js",
                            "atoms.js",
                            "lanes.js",
                            "finished.js",
                            "partitions.js",
                            "explanation.js",
                            "polling.js",
                            "page.js");
                }

                static String assemble() {
                    String style = read("page.css");
                    String script = scripts().map(PageDocument::read).collect(Collectors.joining("\n"));
                    return read("page.html")
                            .replace("{{style-hash}}", hash(style))
                            .replace("{{script-hash}}", hash(script))
                            .replace("{{style}}", style)
                            .replace("{{script}}", script);
                }

                /** A browser hashes lines that end as LF, whatever they were checked out with. */
                private static String read(String name) {
                    try (InputStream resource = PageDocument.class.getResourceAsStream("page/" + name)) {
                        if (resource == null) {
                            throw new IllegalStateException("the live page lacks its resource " + name);
                        }
                        return new String(resource.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }

                private static String hash(String text) {
                    try {
                        byte[] digest =
                                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                        return "sha256-" + Base64.getEncoder().encodeToString(digest);
                    } catch (NoSuchAlgorithmException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }

    /**
     * {@link EndpointJmxExtension @EndpointJmxExtension} where atoms and lanes are parameters like any other. Nothing
     * is known of its readers. What is wrong with a request is the message of an exception.
     */
    @EndpointJmxExtension(endpoint = KeyedAtomsEndpoint.class)
    public static class KeyedAtomsEndpointJmxExtension {

        private final KeyedAtomsEndpoint endpoint;

        /**
         * Extends an endpoint.
         *
         * @param endpoint the endpoint
         */
        public KeyedAtomsEndpointJmxExtension(KeyedAtomsEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        /**
         * One atom.
         *
         * @param atom its name in any spelling
         * @param limit how many lanes to show, 1 or more; more than 1,000 are never shown. Default: 50
         * @param search what to look for among keys, labels, names and ids. Default: nothing
         * @return its lanes and operations
         */
        @ReadOperation
        public AtomDescriptor keyedAtom(@Selector String atom, @Nullable Integer limit, @Nullable String search) {
            return endpoint.keyedAtom(atom, limit, search);
        }

        /**
         * One lane, and why it does not move.
         *
         * @param atom the atom's name in any spelling
         * @param key the lane's handle; the key itself if keys may be shown
         * @param limit how many operations to show, 1 or more; more than 1,000 are never shown. Default: 100
         * @return its operations, and why it does not move
         */
        @ReadOperation
        public ExplanationDescriptor keyedLane(@Selector String atom, @Selector String key, @Nullable Integer limit) {
            return endpoint.keyedLane(atom, key, limit);
        }

        /**
         * Does something to an atom.
         *
         * @param atom its name in any spelling
         * @param action as {@link KeyedAtomsEndpoint#steerAtom} knows them
         * @param maxConcurrency for {@code limits}: how many operations run at once from now on
         * @param operation for those of an operation: its id
         * @param error for those of parked lanes: only lanes that have failed with this class
         * @param preview for those of parked lanes: {@code true} to be told only what would be done
         * @param atMost for those of parked lanes: how many are expected; if there are more, nothing is done
         * @return what was done
         */
        @WriteOperation
        public ActionDescriptor steerAtom(
                @Selector String atom,
                String action,
                @Nullable Integer maxConcurrency,
                @Nullable Long operation,
                @Nullable String error,
                @Nullable Boolean preview,
                @Nullable Integer atMost) {
            return endpoint.steerAtom(atom, action, maxConcurrency, operation, error, preview, atMost);
        }

        /**
         * Does something to a lane.
         *
         * @param atom the atom's name in any spelling
         * @param key the lane's handle; the key itself if keys may be shown, and to pause or resume for every reader
         * @param action as {@link KeyedAtomsEndpoint#steerLane} knows them
         * @return what was done
         */
        @WriteOperation
        public ActionDescriptor steerLane(@Selector String atom, @Selector String key, String action) {
            return endpoint.steerLane(atom, key, action);
        }
    }
}
