package io.keyedsequential.spring.engine;

import io.keyedsequential.spring.engine.AtomEngine.Objection;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Arguments as a JSON array, written and read by the declared types of the parameters, with the application's mapper.
 * Read as a stream: a tree would turn 12.50 into 12.5. For any thread.
 */
public final class ArgumentCodec {

    private final JsonMapper mapper;
    private final String property;
    private final long mostBytes;

    /**
     * Writes and reads with this mapper.
     *
     * @param mapper the application's own
     * @param property the name of the property that limits the arguments, for messages
     * @param mostBytes how many bytes of JSON the arguments of one call are at most
     */
    public ArgumentCodec(JsonMapper mapper, String property, long mostBytes) {
        this.mapper = mapper;
        this.property = property;
        this.mostBytes = mostBytes;
    }

    /**
     * Writes the arguments of a call.
     *
     * @param operation how messages name the operation, with its atom
     * @param method the bean's method
     * @param arguments as many as it has parameters
     * @return a JSON array
     * @throws IllegalArgumentException if they cannot be written, or are too large
     */
    public String write(String operation, Method method, @Nullable Object[] arguments) {
        String json = toJson(operation, method, arguments);
        long bytes = json.length() > mostBytes / 3 ? json.getBytes(StandardCharsets.UTF_8).length : 0;
        if (bytes > mostBytes) {
            throw new IllegalArgumentException(("%s: the arguments are %d bytes of JSON, more than "
                            + "%s (%d): store what is large elsewhere and pass its id")
                    .formatted(operation, bytes, property, mostBytes));
        }
        return json;
    }

    private String toJson(String operation, Method method, @Nullable Object[] arguments) {
        Type[] types = method.getGenericParameterTypes();
        StringWriter json = new StringWriter();
        int parameter = 0;
        try (JsonGenerator generator = mapper.createGenerator(json)) {
            generator.writeStartArray();
            for (; parameter < types.length; parameter++) {
                mapper.writerFor(mapper.constructType(types[parameter])).writeValue(generator, arguments[parameter]);
            }
            generator.writeEndArray();
        } catch (JacksonException | StackOverflowError e) {
            throw new IllegalArgumentException(
                    "%s: parameter %d (%s) cannot be written as JSON: %s. Pass plain data"
                            .formatted(
                                    operation,
                                    parameter + 1,
                                    types[Math.min(parameter, types.length - 1)].getTypeName(),
                                    reason(e)),
                    e);
        }
        return json.toString();
    }

    /**
     * Reads the arguments of a call.
     *
     * @param json what {@link #write} has written, perhaps for another version of the method
     * @param method the bean's method
     * @return as many as it has parameters
     * @throws UnreadableCallException if they are not those of the method
     */
    public @Nullable Object[] read(String json, Method method) {
        Type[] types = method.getGenericParameterTypes();
        List<@Nullable Object> arguments = new ArrayList<>(types.length);
        try (JsonParser parser = mapper.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new UnreadableCallException("the stored arguments are no JSON array", null);
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (arguments.size() == types.length) {
                    throw new UnreadableCallException(
                            "more arguments are stored than the method has parameters (%d)".formatted(types.length),
                            null);
                }
                arguments.add(read(parser, types[arguments.size()]));
            }
        } catch (JacksonException | StackOverflowError e) {
            throw new UnreadableCallException(
                    "argument %d of the stored call cannot be read as %s: %s"
                            .formatted(
                                    arguments.size() + 1,
                                    types.length == 0
                                            ? "none"
                                            : types[Math.min(arguments.size(), types.length - 1)].getTypeName(),
                                    reason(e)),
                    e);
        }
        addMissing(arguments, method);
        return arguments.toArray();
    }

    private @Nullable Object read(JsonParser parser, Type type) {
        // A stream goes on behind the value. A null has no value to read: what stands for it depends on the type.
        var reader =
                mapper.readerFor(mapper.constructType(type)).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        return parser.currentToken() == JsonToken.VALUE_NULL ? reader.readValue("null") : reader.readValue(parser);
    }

    /** A parameter that was added behind the others, since the call was stored, is empty. */
    private static void addMissing(List<@Nullable Object> arguments, Method method) {
        Class<?>[] types = method.getParameterTypes();
        for (int i = arguments.size(); i < types.length; i++) {
            if (types[i] != Optional.class) {
                throw new UnreadableCallException(
                        "%d arguments are stored, and parameter %d of the method (%s) is not Optional"
                                .formatted(arguments.size(), i + 1, types[i].getTypeName()),
                        null);
            }
            arguments.add(Optional.empty());
        }
    }

    /**
     * Why values of a declared type could not be read again.
     *
     * @param type of a parameter
     * @return the end of a sentence that begins with the type; {@code null} if they can, as far as the declaration
     *     tells
     */
    public @Nullable String objection(Type type) {
        return new StorableTypes(mapper).objection(mapper.constructType(type));
    }

    /** The message without the place in the source, which is data. */
    private static String reason(Throwable e) {
        return e instanceof JacksonException json ? String.valueOf(json.getOriginalMessage()) : "it refers to itself";
    }

    /**
     * Whether declared types say what to read. Refuses what says nothing ({@code Object}, wildcards), what Jackson
     * cannot make (interfaces and abstract classes that it is not told about), what is no data (a service), and what
     * contains itself without end.
     */
    private static final class StorableTypes {

        private final JsonMapper mapper;

        StorableTypes(JsonMapper mapper) {
            this.mapper = mapper;
        }

        @Nullable
        String objection(JavaType type) {
            if (type.isJavaLangObject()) {
                return "says nothing about what to read: declare a type";
            }
            for (int i = 0; i < type.containedTypeCount(); i++) {
                String objection = objection(type.containedType(i));
                if (objection != null) {
                    return objection;
                }
            }
            JavaType content = type.getContentType();
            if (content != null && type.containedTypeCount() == 0) { // an array
                return objection(content);
            }
            if (type.isContainerType() || type.isReferenceType() || type.isPrimitive() || type.isEnumType()) {
                return null;
            }
            return isService(type.getRawClass())
                    ? "is a service or a resource, and no data: it is injected where it is needed"
                    : madeOf(type);
        }

        private static boolean isService(Class<?> type) {
            return AutoCloseable.class.isAssignableFrom(type)
                    || Aware.class.isAssignableFrom(type)
                    || InitializingBean.class.isAssignableFrom(type)
                    || AnnotatedElementUtils.hasAnnotation(type, Component.class);
        }

        /** Asks Jackson, with an object that has nothing: what it says of the type itself is what is of interest. */
        private @Nullable String madeOf(JavaType type) {
            try {
                mapper.readerFor(type).readValue("{}");
            } catch (RuntimeException e) {
                String message = String.valueOf(e.getMessage());
                if (message.contains("abstract types either need to be mapped")) {
                    return "is abstract: declare a concrete type, or tell Jackson with @JsonTypeInfo or @JsonDeserialize what it is";
                }
                if (message.contains("no Creators, like default constructor, exist")) {
                    return "has no constructor that Jackson can use: pass data such as a record, not a service or a resource";
                }
            }
            return null;
        }
    }

    /**
     * Headers as a JSON object. Not with the application's mapper: other versions of the application read them, too.
     */
    public static final class HeaderCodec {

        private static final JsonMapper MAPPER = JsonMapper.builder().build();
        private static final TypeReference<Map<String, String>> TYPE = new TypeReference<>() {};

        private HeaderCodec() {}

        /**
         * Writes headers.
         *
         * @param headers names and texts
         * @return a JSON object; {@code null} if there are none
         */
        public static @Nullable String write(Map<String, String> headers) {
            return headers.isEmpty() ? null : MAPPER.writeValueAsString(headers);
        }

        /**
         * Reads headers.
         *
         * @param json what {@link #write} has written
         * @return names and texts
         * @throws UnreadableCallException if it is something else
         */
        public static Map<String, String> read(@Nullable String json) {
            if (json == null) {
                return Map.of();
            }
            try {
                return MAPPER.readValue(json, TYPE);
            } catch (JacksonException e) {
                throw new UnreadableCallException("the stored headers are no JSON object of texts", e);
            }
        }
    }

    /** What engines object to that store calls as text and run them later, perhaps elsewhere. For any thread. */
    public static final class StoredMethodChecks {

        private final String engine;
        private final ArgumentCodec arguments;

        /**
         * Checks for an engine.
         *
         * @param engine its kind, for messages
         * @param arguments writes and reads the arguments
         */
        public StoredMethodChecks(String engine, ArgumentCodec arguments) {
            this.engine = engine;
            this.arguments = arguments;
        }

        /**
         * What is wrong with a method's return type and parameters.
         *
         * @param operation the method
         * @return empty if nothing is
         */
        public Optional<Objection> objection(StoredOperation operation) {
            String atom = operation.signature().atom();
            return returnType(operation.method(), atom).or(() -> parameters(operation.method(), atom));
        }

        private Optional<Objection> returnType(Method method, String atom) {
            return method.getReturnType() == void.class
                    ? Optional.empty()
                    : Optional.of(new Objection(
                            ("%s returns %s, and the atom '%s' has the engine '%s': the body may run in "
                                            + "another process, after this one has ended, and what becomes of it is not "
                                            + "stored for the caller.")
                                    .formatted(
                                            describe(method),
                                            method.getGenericReturnType().getTypeName(),
                                            atom,
                                            engine),
                            ("Return void, and let the body hand on what comes of it; or set "
                                            + "keyedsequential.atoms.%s.engine: memory.")
                                    .formatted(atom)));
        }

        private Optional<Objection> parameters(Method method, String atom) {
            Type[] types = method.getGenericParameterTypes();
            Parameter[] parameters = method.getParameters();
            for (int i = 0; i < types.length; i++) {
                String objection = arguments.objection(types[i]);
                if (objection != null) {
                    return Optional.of(
                            new Objection(
                                    ("Parameter %d of %s (%s) cannot be stored, as the engine '%s' of "
                                                    + "the atom '%s' has to: %s %s.")
                                            .formatted(
                                                    i + 1,
                                                    describe(method),
                                                    parameters[i].getName(),
                                                    engine,
                                                    atom,
                                                    types[i].getTypeName(),
                                                    objection),
                                    "Pass plain data that another process can read; beans are injected into the bean of the method."));
                }
            }
            return Optional.empty();
        }

        /**
         * Objects to an option.
         *
         * @param atom the atom that sets it
         * @param option its name in properties
         * @param why it cannot be honoured, as the end of a sentence
         * @return what is told
         */
        public Objection option(String atom, String option, String why) {
            return new Objection(
                    "The atom '%s' sets %s, which the engine '%s' cannot honour: %s."
                            .formatted(atom, option, engine, why),
                    ("Remove keyedsequential.atoms.%s.%s, or what sets it in "
                                    + "keyedsequential.defaults or the annotation; or use the engine 'memory'.")
                            .formatted(atom, option));
        }

        private static String describe(Method method) {
            return method.getDeclaringClass().getName() + "." + method.getName();
        }
    }
}
