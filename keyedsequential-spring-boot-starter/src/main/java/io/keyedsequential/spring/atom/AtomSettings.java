package io.keyedsequential.spring.atom;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is said about an atom, and where each of it is said. Immutable; two are equal if they say the same. */
public final class AtomSettings {

    /** Says nothing. */
    public static final AtomSettings NONE = new AtomSettings(Map.of());

    /** Exactly what is said: an option that is absent here is left to the next place. */
    private final Map<AtomOption<?>, Setting> said;

    /** {@code describe} names the place, the option and the value. */
    private record Setting(Object value, String describe) {}

    private AtomSettings(Map<AtomOption<?>, Setting> said) {
        this.said = Collections.unmodifiableMap(said);
    }

    /**
     * Settings that are all said in one place.
     *
     * @param describe names the place, an option and its value, for messages
     * @return a builder
     */
    public static Builder source(BiFunction<AtomOption<?>, Object, String> describe) {
        return new Builder(describe);
    }

    /**
     * What is said about an option.
     *
     * @param option the option
     * @param <V> its type
     * @return the value, or {@code null} if nothing is said
     */
    @SuppressWarnings("unchecked") // the builder takes no other
    public <V> @Nullable V get(AtomOption<V> option) {
        Setting found = said.get(option);
        return found == null ? null : (V) found.value;
    }

    boolean has(AtomOption<?> option) {
        return said.containsKey(option);
    }

    /**
     * These settings, and where they say nothing, the others. What these leave without any meaning (a time for blocking
     * where callers are rejected) is not inherited.
     *
     * @param lower what applies where these settings say nothing
     * @return the combination
     */
    public AtomSettings over(AtomSettings lower) {
        return and(lower.without(option -> option.isMeaninglessBeside(this)));
    }

    /** These settings and the others, which say nothing else about what both speak of. */
    AtomSettings and(AtomSettings others) {
        Map<AtomOption<?>, Setting> both = new LinkedHashMap<>(said);
        others.said.forEach(both::putIfAbsent);
        return new AtomSettings(both);
    }

    AtomSettings without(Predicate<AtomOption<?>> left) {
        Map<AtomOption<?>, Setting> rest = new LinkedHashMap<>(said);
        rest.keySet().removeIf(left);
        return new AtomSettings(rest);
    }

    /** What is said, by option. */
    Map<AtomOption<?>, Object> given() {
        Map<AtomOption<?>, Object> given = new LinkedHashMap<>();
        said.forEach((option, value) -> given.put(option, value.value));
        return given;
    }

    /** Says all of it to the builders of an atom. */
    void apply(AtomParts parts) {
        said.forEach((option, value) -> option.apply(parts, value.value));
    }

    /**
     * Refuses values that no atom could have.
     *
     * @param prefix what stands before the name of the property
     * @throws IllegalArgumentException if there is one, with the full name of the property
     */
    public void check(String prefix) {
        said.forEach((option, value) -> option.check(
                prefix + "." + (option.failure() == null ? option.property() : "exhausted-policies"), value.value));
    }

    /** What is said, by the name of the attribute. */
    Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        said.forEach((option, value) -> attributes.put(option.attribute(), value.value));
        return attributes;
    }

    /** Where something is said, and what: {@code keyedsequential.defaults.window = 3}. */
    String describe(AtomOption<?> option) {
        Setting found = said.get(option);
        return found == null ? option + " is not set" : found.describe;
    }

    /** The same for several options; those about which nothing is said are left out. */
    List<String> describe(Predicate<AtomOption<?>> wanted) {
        return said.keySet().stream().filter(wanted).map(this::describe).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AtomSettings settings && given().equals(settings.given());
    }

    @Override
    public int hashCode() {
        return given().hashCode();
    }

    @Override
    public String toString() {
        return attributes().toString();
    }

    /** Collects what one place says. Not for use by several threads at once. */
    public static final class Builder {

        private final BiFunction<AtomOption<?>, Object, String> describe;
        private final Map<AtomOption<?>, Setting> said = new LinkedHashMap<>();

        private Builder(BiFunction<AtomOption<?>, Object, String> describe) {
            this.describe = describe;
        }

        /**
         * Says something, or nothing.
         *
         * @param option about what
         * @param value the value, or {@code null} to say nothing
         * @param <V> its type
         * @return this builder
         */
        public <V> Builder with(AtomOption<V> option, @Nullable V value) {
            if (value != null) {
                said.put(option, new Setting(value, describe.apply(option, value)));
            }
            return this;
        }

        /**
         * The settings.
         *
         * @return immutable settings
         */
        public AtomSettings build() {
            return new AtomSettings(new LinkedHashMap<>(said));
        }
    }
}
