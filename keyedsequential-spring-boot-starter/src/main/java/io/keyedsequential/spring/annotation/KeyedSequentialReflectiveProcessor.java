package io.keyedsequential.spring.annotation;

import java.lang.reflect.Method;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.SimpleReflectiveProcessor;

/**
 * Registers, for ahead-of-time processing, the annotated method and the members of its parameter types: the key
 * expression reads them.
 */
final class KeyedSequentialReflectiveProcessor extends SimpleReflectiveProcessor {

    @Override
    protected void registerMethodHint(ReflectionHints hints, Method method) {
        super.registerMethodHint(hints, method);
        for (Class<?> type : method.getParameterTypes()) {
            if (!type.isPrimitive()) {
                hints.registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS, MemberCategory.ACCESS_PUBLIC_FIELDS);
            }
        }
    }
}
