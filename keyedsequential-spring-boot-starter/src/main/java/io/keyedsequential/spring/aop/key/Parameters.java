package io.keyedsequential.spring.aop.key;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterNameDiscoverer;

/** The parameters of a method, as a key expression may call them: by name, or as {@code p0} and {@code a0}. */
final class Parameters {

    private final Method method;
    private final String @Nullable [] names;

    Parameters(Method method, ParameterNameDiscoverer discoverer) {
        this.method = method;
        @Nullable String[] found = discoverer.getParameterNames(method);
        this.names = found == null || Arrays.asList(found).contains(null)
                ? null
                : Arrays.stream(found).toArray(String[]::new);
    }

    /** The index of the parameter with this name, or -1. */
    int indexOf(String variable) {
        int index = names == null ? -1 : Arrays.asList(names).indexOf(variable);
        if (index < 0 && variable.matches("[pa]\\d{1,3}")) {
            int position = Integer.parseInt(variable.substring(1));
            return position < method.getParameterCount() ? position : -1;
        }
        return index;
    }

    /** The same for all of them, once: the index of each variable. */
    Map<String, Integer> positions() {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            positions.put("p" + i, i);
            positions.put("a" + i, i);
        }
        for (int i = 0; names != null && i < names.length; i++) {
            positions.put(names[i], i); // a parameter that is called p0 is that one
        }
        return Map.copyOf(positions);
    }

    /** Whether the class file has the names. */
    boolean areNamed() {
        return names != null;
    }

    /** What an expression may refer to: {@code #order, #p0}. */
    String variables() {
        List<String> variables = new ArrayList<>();
        if (names != null) {
            Arrays.stream(names).forEach(name -> variables.add("#" + name));
        }
        for (int i = 0; i < method.getParameterCount(); i++) {
            variables.add("#p" + i);
        }
        return String.join(", ", variables);
    }
}
