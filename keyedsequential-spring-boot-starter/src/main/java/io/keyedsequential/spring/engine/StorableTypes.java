package io.keyedsequential.spring.engine;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether declared types say what to read. Refuses what says nothing ({@code Object}, wildcards), what Jackson cannot
 * make (interfaces and abstract classes that it is not told about), what is no data (a service), and what contains
 * itself without end.
 */
final class StorableTypes {

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
