package io.keyedsequential.spring.atom;

import io.keyedsequential.spring.atom.AtomFactory.AtomParts;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

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

    /** What the properties say: about every atom, and about single ones. */
    public static final class AtomConfiguration {

        private final AtomSettings defaults;
        private final UnknownAtoms unknownAtoms;
        private final Map<String, Named> atoms = new LinkedHashMap<>();

        private record Named(String name, AtomSettings settings) {}

        /**
         * Takes over what is configured. Of two spellings of one name, the earlier wins where both say something: the
         * binder lists property sources with higher precedence first, and an environment variable cannot spell a
         * hyphen.
         *
         * @param defaults about every atom
         * @param atoms about single atoms, by name in any spelling
         * @param unknownAtoms what happens when one of them is not declared
         */
        public AtomConfiguration(AtomSettings defaults, Map<String, AtomSettings> atoms, UnknownAtoms unknownAtoms) {
            this.defaults = defaults;
            this.unknownAtoms = unknownAtoms;
            atoms.forEach((name, settings) -> this.atoms.merge(
                    AtomName.canonical(name),
                    new Named(name, settings),
                    (earlier, later) -> new Named(earlier.name, earlier.settings.over(later.settings))));
        }

        /** The effective settings of an atom about which its methods say {@code annotated}. */
        AtomSettings effective(String atom, AtomSettings annotated) {
            Named own = atoms.get(AtomName.canonical(atom));
            AtomSettings specific = own == null ? annotated : own.settings.over(annotated);
            AtomSettings together = specific.over(defaults);
            return specific.over(defaults.without(option -> !option.isOfUseTo(together)));
        }

        /** The name under which an atom is configured, or {@code null} if it is not. */
        @Nullable
        String configuredAs(String atom) {
            Named own = atoms.get(AtomName.canonical(atom));
            return own == null ? null : own.name;
        }

        /** What happens when a configured atom is not declared. */
        UnknownAtoms unknownAtoms() {
            return unknownAtoms;
        }

        /** The names of all configured atoms, as they are spelled. */
        Collection<String> names() {
            return atoms.values().stream().map(Named::name).toList();
        }

        /** What happens when properties configure an atom that is not declared. */
        public enum UnknownAtoms {

            /** A warning names it, with the atoms that exist. */
            WARN,

            /** The start-up ends. */
            FAIL
        }
    }

    /**
     * What the properties say about atoms below the name of a module, such as
     * {@code keyedsequential.atoms.orders.jdbc.*}: those of the atom itself, then those of all atoms,
     * {@code keyedsequential.defaults.jdbc.*}. Bound strictly: a misspelled name is refused. For any thread.
     *
     * @param <T> what is bound: a record whose components are {@code null} where nothing is said
     */
    public static final class ModuleSettings<T> {

        private static final String ATOMS = "keyedsequential.atoms";
        private static final String DEFAULTS = "keyedsequential.defaults";

        private final Binder binder;
        private final String module;
        private final Class<T> type;

        /**
         * Reads what stands there.
         *
         * @param environment where the properties are
         * @param module the name of the module in properties
         * @param type what is bound at each place
         */
        public ModuleSettings(Environment environment, String module, Class<T> type) {
            this.binder = Binder.get(environment);
            this.module = module;
            this.type = type;
        }

        /**
         * What is said about an atom.
         *
         * @param own below the atom; {@code null} if nothing is
         * @param defaults for all atoms; {@code null} if nothing is
         * @param <T> what is bound
         */
        public record Said<T>(@Nullable T own, @Nullable T defaults) {

            /**
             * One option.
             *
             * @param option reads it; {@code null} where it is not said
             * @param otherwise its value where it is said nowhere
             * @param <V> its type
             * @return what the atom says, then what is said for all atoms, then the last
             */
            public <V> V get(Function<? super T, ? extends @Nullable V> option, V otherwise) {
                V mine = own == null ? null : option.apply(own);
                V all = defaults == null ? null : option.apply(defaults);
                return mine != null ? mine : all != null ? all : otherwise;
            }
        }

        /**
         * Reads what is said about an atom.
         *
         * @param atom its name
         * @return what stands there now
         * @throws org.springframework.boot.context.properties.bind.BindException if a value or a name is wrong
         */
        public Said<T> of(String atom) {
            return new Said<>(bind(place(atom)), bind(DEFAULTS));
        }

        /** As the properties spell the name of the atom, which may be any spelling of it. */
        private String place(String atom) {
            Map<String, Object> atoms = new HashMap<>();
            binder.bind(ATOMS, Bindable.mapOf(String.class, Object.class)).ifBound(atoms::putAll);
            return atoms.keySet().stream()
                    .filter(name -> AtomName.canonical(name).equals(AtomName.canonical(atom)))
                    .findFirst()
                    .map(name -> ATOMS + "." + name)
                    .orElse(ATOMS + "." + atom);
        }

        private @Nullable T bind(String place) {
            return binder.bind(
                            ConfigurationPropertyName.adapt(place + "." + module, '.'), // in any spelling
                            Bindable.of(type),
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()))
                    .orElse(null);
        }
    }
}
