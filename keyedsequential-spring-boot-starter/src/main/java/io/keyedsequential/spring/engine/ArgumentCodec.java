package io.keyedsequential.spring.engine;

import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
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
     * @return the end of a sentence that begins with the type; {@code null} if they can, as far as the declaration tells
     */
    public @Nullable String objection(Type type) {
        return new StorableTypes(mapper).objection(mapper.constructType(type));
    }

    /** The message without the place in the source, which is data. */
    private static String reason(Throwable e) {
        return e instanceof JacksonException json ? String.valueOf(json.getOriginalMessage()) : "it refers to itself";
    }
}
