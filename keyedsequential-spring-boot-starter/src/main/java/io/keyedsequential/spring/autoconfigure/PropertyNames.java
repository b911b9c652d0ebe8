package io.keyedsequential.spring.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;

/**
 * The names that a record of properties binds, as they are written in configuration: {@code retry.max-attempts}. A
 * component that is a record contributes the names below it.
 */
final class PropertyNames {

    private PropertyNames() {}

    static Set<String> of(Class<?> properties) {
        Set<String> names = new TreeSet<>();
        collect(properties, "", names);
        return names;
    }

    /** The values of a record of properties that are given, by the same names. */
    static Map<String, Object> values(Record properties) {
        Map<String, Object> values = new LinkedHashMap<>();
        collect(properties, "", values);
        return values;
    }

    private static void collect(Record properties, String prefix, Map<String, Object> values) {
        for (RecordComponent component : properties.getClass().getRecordComponents()) {
            String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
            Object value = ReflectionUtils.invokeMethod(component.getAccessor(), properties);
            if (value instanceof Record group) {
                collect(group, name + ".", values);
            } else if (value != null) {
                values.put(name, value);
            }
        }
    }

    private static void collect(Class<?> properties, String prefix, Collection<? super String> names) {
        for (RecordComponent component : properties.getRecordComponents()) {
            String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
            if (component.getType().isRecord()) {
                collect(component.getType(), name + ".", names);
            } else {
                names.add(name);
            }
        }
    }

    /** The records of the starter's own properties, each with a prefix below {@code keyedsequential}. */
    static List<Class<?>> records() {
        return List.of(
                KeyedSequentialProperties.class,
                AtomReportingProperties.class,
                KeyedAtomsHealthProperties.class,
                KeyedAtomsTestProperties.class,
                KeyedSequentialContextProperties.class,
                KeyedSequentialObservationProperties.class);
    }
}
