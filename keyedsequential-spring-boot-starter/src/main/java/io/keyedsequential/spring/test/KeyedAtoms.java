package io.keyedsequential.spring.test;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationContext;

/**
 * The atoms of an application under test. A bean of this type is there when Spring Boot's test support is:
 *
 * <pre>{@code
 * @Autowired
 * KeyedAtoms atoms;
 *
 * @BeforeEach
 * void forget() {
 *     atoms.reset();
 * }
 * }</pre>
 *
 * <p>What an atom ran is remembered from the moment at which this came into being; the last 10,000 operations of each
 * atom. May be used by any thread. Needs neither JUnit nor AssertJ.
 */
public final class KeyedAtoms {

    /** How long {@link #awaitIdle()} waits. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final AtomRegistry registry;
    private final Map<String, AtomUnderTest> atoms = new ConcurrentHashMap<>();

    /**
     * Listens to all atoms from now on.
     *
     * @param registry the application's atoms
     */
    public KeyedAtoms(AtomRegistry registry) {
        this.registry = registry;
        registry.follow(new AtomRegistrationListener() {
            @Override
            public void atomAdded(RegisteredAtom atom) {
                atoms.put(AtomName.canonical(atom.name()), new AtomUnderTest(atom));
            }
        });
    }

    /**
     * The atoms of an application.
     *
     * @param context the application
     * @return its bean of this type; without one, a new object that remembers nothing yet
     */
    public static KeyedAtoms of(ApplicationContext context) {
        KeyedAtoms bean = context.getBeanProvider(KeyedAtoms.class).getIfAvailable();
        return bean != null ? bean : new KeyedAtoms(context.getBean(AtomRegistry.class));
    }

    /**
     * One atom.
     *
     * @param name its name in any spelling
     * @return the atom
     * @throws IllegalArgumentException if there is none; names those that there are
     */
    public AtomUnderTest atom(String name) {
        registry.coordinator(name); // which builds it, or says which ones there are
        AtomUnderTest atom = atoms.get(AtomName.canonical(name));
        if (atom == null) {
            throw new IllegalArgumentException("the atom '%s' is just being built".formatted(name));
        }
        return atom;
    }

    /**
     * All atoms.
     *
     * @return sorted by name
     */
    public List<AtomUnderTest> all() {
        return atoms.values().stream()
                .sorted(Comparator.comparing(AtomUnderTest::name))
                .toList();
    }

    /**
     * Waits until no atom has an operation, {@linkplain #DEFAULT_TIMEOUT 10 seconds} at most.
     *
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle() {
        awaitIdle(DEFAULT_TIMEOUT);
    }

    /**
     * Waits until no atom has an operation. Operations of one atom may feed another one.
     *
     * @param timeout how long at most
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle(Duration timeout) {
        all().forEach(AtomUnderTest::checkCanEnd);
        Instant end = Instant.now().plus(timeout);
        while (!all().stream().allMatch(atom -> atom.atomRests(Duration.ZERO))) {
            for (AtomUnderTest atom : all()) {
                Duration left = Duration.between(Instant.now(), end);
                if (!atom.atomRests(left.isNegative() ? Duration.ZERO : left)) {
                    throw new AssertionError("not idle after %s:%n%s".formatted(timeout, report()));
                }
            }
        }
    }

    /**
     * Waits until nothing is left in any atom but keys that are parked, {@linkplain #DEFAULT_TIMEOUT 10 seconds}
     * at most.
     *
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdleButForParked() {
        awaitIdleButForParked(DEFAULT_TIMEOUT);
    }

    /**
     * Waits until nothing is left in any atom but keys that are parked: each with the operation that failed, and those
     * behind it.
     *
     * @param timeout how long at most
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdleButForParked(Duration timeout) {
        all().forEach(AtomUnderTest::checkCanEnd);
        Instant end = Instant.now().plus(timeout);
        while (!all().stream().allMatch(AtomUnderTest::isIdleButForParked)) {
            for (AtomUnderTest atom : all()) {
                Duration left = Duration.between(Instant.now(), end);
                atom.awaitIdleButForParked(left.isNegative() ? Duration.ZERO : left);
            }
        }
    }

    /**
     * Forgets what the atoms have run, and frees what a failure has stopped: see {@link AtomUnderTest#reset()}. What
     * runs now is remembered when it ends: wait for it first.
     */
    public void reset() {
        all().forEach(AtomUnderTest::reset);
    }

    /**
     * What all atoms hold now, and why it does not move, for people to read.
     *
     * @return a few lines for each atom, with keys in clear
     */
    public String report() {
        return all().stream().map(AtomUnderTest::report).collect(Collectors.joining(System.lineSeparator()));
    }

    /** As {@link #report()}. */
    @Override
    public String toString() {
        return report();
    }
}
