package io.keyedsequential.benchmarks.contender;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;

/** Every contender: its name on the command line, what it promises, and how to open one. */
@SuppressWarnings("ImmutableEnumChecker") // a record of constants, and functions without state
public enum ContenderKind {
    TPE("tpe", Traits.UNORDERED, threads -> new UnorderedPool(threads.newPool())),
    FJP("fjp", Traits.UNORDERED.ownThreads(), threads -> new UnorderedPool(new ForkJoinPool(threads.permits()))),
    CF_CHAIN("cf-chain", Traits.ORDERED, FutureChains::new),
    GUAVA("guava", Traits.ORDERED, GuavaSequential::new),
    PUBSUB("pubsub", Traits.ORDERED, PubSubSequential::new),
    MORE_LAMBDAS("more-lambdas", Traits.ORDERED.ownThreads(), MoreLambdasAffinity::new),
    BOOKKEEPER("bookkeeper", Traits.ORDERED.ownThreads(), BookKeeperOrdered::new),
    PEKKO("pekko", Traits.ORDERED.ownThreads(), PekkoActors::new),
    VTHREAD_LOCK("vthread-lock", Traits.UNORDERED.since(VirtualThreads.SINCE), VirtualThreadLocks::new),
    DOTNET_MODEL("dotnet-model", Traits.ORDERED, DispatcherModel::new),
    OURS(
            "ours",
            Traits.ORDERED.bound(CoordinatorOptions.DEFAULT_CAPACITY),
            threads -> Ours.open(KeyedCoordinator.builder("ours"), Ours::byExecute, threads)),
    OURS_LARGE(
            "ours-large",
            Traits.ORDERED,
            threads -> Ours.open(
                    KeyedCoordinator.<Long>builder("ours").capacity(Large.CAPACITY), Ours::byExecute, threads)),
    OURS_FUTURE(
            "ours-future",
            Traits.ORDERED.bound(CoordinatorOptions.DEFAULT_CAPACITY),
            threads -> Ours.open(KeyedCoordinator.builder("ours"), Ours::bySubmit, threads)),
    OURS_FAIR(
            "ours-fair",
            Traits.ORDERED.bound(CoordinatorOptions.DEFAULT_CAPACITY),
            threads ->
                    Ours.open(KeyedCoordinator.<Long>builder("ours").fairScheduling(true), Ours::byExecute, threads));

    private final String label;
    private final Traits traits;
    private final Function<Threads, Contender> opening;

    ContenderKind(String label, Traits traits, Function<Threads, Contender> opening) {
        this.label = label;
        this.traits = traits;
        this.opening = opening;
    }

    /**
     * Finds a contender by its name on the command line.
     *
     * @param label the name
     * @return the contender
     * @throws IllegalArgumentException if there is none, with those that there are
     */
    public static ContenderKind of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no contender \"%s\"; there are: all, %s".formatted(label, String.join(", ", labels()))));
    }

    /**
     * The names of all.
     *
     * @return in the order of the tables
     */
    public static List<String> labels() {
        return Arrays.stream(values()).map(ContenderKind::label).toList();
    }

    /**
     * The name on the command line and in tables.
     *
     * @return the name
     */
    public String label() {
        return label;
    }

    /**
     * What this contender promises and needs.
     *
     * @return the traits
     */
    public Traits traits() {
        return traits;
    }

    /**
     * Starts it.
     *
     * @param threads how many operations at once, on what
     * @return an open contender
     */
    public Contender open(Threads threads) {
        return opening.apply(threads);
    }

    /** Holds what an enum cannot name before its constants. */
    private static final class Large {
        /** So large that nobody ever waits, and still far from an overflow. */
        static final int CAPACITY = Integer.MAX_VALUE / 2;
    }
}
