package io.keyedsequential.spring.atom;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * What the properties say about atoms below the name of a module, such as {@code keyedsequential.atoms.orders.jdbc.*}:
 * those of the atom itself, then those of all atoms, {@code keyedsequential.defaults.jdbc.*}. Bound strictly: a
 * misspelled name is refused. For any thread.
 *
 * @param <T> what is bound: a record whose components are {@code null} where nothing is said
 */
public final class ModuleSettings<T> {

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
