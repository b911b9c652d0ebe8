package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.keyedsequential.signal.SignalSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The core stands in rings. A class uses its own ring and those inside it; what decides touches nothing foreign. Nested
 * classes belong to the class they stand in. {@code CONTRIBUTING.md} shows the same rings.
 */
class CoreArchitectureTest {

    private static final String PACKAGE = "io.keyedsequential";

    /** From inside to outside. */
    private static final Map<String, List<String>> RINGS = rings();

    private static Map<String, List<String>> rings() {
        Map<String, List<String>> rings = new LinkedHashMap<>();
        rings.put(
                "values",
                words(
                        """
                Backoff ByFailureType Preconditions Coalescing CoordinatorListener CoordinatorState CoordinatorStats DrainReport
                ExhaustedPolicy FailedAttempt FailureDecision GuardedBy ImmutableTypes KeyedDeadlockException Keys
                LabeledOperation LaneExplanation LaneSnapshot LaneState NamedOperation Naming LogSafe
                OperationAbandonedException OperationEnd OperationSnapshot OperationState OperationTimes OverflowPolicy
                PaddedCounter Padding RefusingOperation RejectedOperationException ReplayedOperation Rethrow RetryPolicy StackHeadroom
                SupersededException"""));
        rings.put("options", words("CoordinatorOptions KeyedOptionsBuilder OptionValues OptionsBuilder RetryRules"));
        rings.put(
                "operations",
                words(
                        """
                Operation PlainOperation CallbackOperation ReservedPlace TurnOperation ResultOperation StageOperation
                CoalescedOperation
                Attempts PastAttempt RunTimeout Timer Lane ReadyLanes ReadyQueue ReadyBands Slot SlotSet Permits TimeSums
                OperationOwner MessageNames OperationFuture LendingFuture DependentFuture MinimalFuture Reservation
                ThreadOperations OperationContext PermitLoan Await Wait DeadlockDetector"""));
        rings.put(
                "decide",
                words(
                        """
                Stripe CoalescingIndex CollidingLanes KeyTree OperationCounters StartBarrier LaneTable AdmissionResult AdmissionControl
                Scheduler Suspension Removal Interrupts Lanes"""));
        rings.put(
                "show",
                words(
                        """
                LaneViews OperationViews RunningOperations Reports Explanations Snapshots RecentOperations Times Listeners OverriddenCallbacks KeyTypes"""));
        rings.put(
                "act",
                words(
                        """
                Dispatcher HandedRunner PendingRunners LostRunners SpareThreads SlowStart KnownExecutors OwnedPool
                TimerThread IdleWatch NotificationScope StageCompletions BlockedCallers RoomSpinner Outcomes Retries StageOutcomes
                QueueTimeouts AtomOperations Runner Intake ReservedPlaces CallerTurns Gates LifeCycle"""));
        rings.put("façade", words("AtomParts StripedCoordinator KeyedCoordinator PartlyEnqueuedException"));
        rings.put("streams", words("StreamIntake StreamOverflow StreamOperation KeyedSequentialAtom"));
        return rings;
    }

    /** What is decided under a stripe's lock, and what it is decided about. */
    private static final Set<String> DECIDING = Stream.concat(
                    RINGS.get("decide").stream(),
                    words(
                            "Operation PlainOperation ReservedPlace Lane ReadyLanes ReadyQueue ReadyBands Slot SlotSet Permits TimeSums")
                            .stream())
            .collect(Collectors.toSet());

    private static final List<Class<?>> FOREIGN = List.of(
            Executor.class,
            CompletionStage.class,
            Future.class,
            CoordinatorListener.class,
            OperationEnd.class,
            SignalSink.class,
            System.Logger.class,
            Clock.class,
            Instant.class,
            Timer.class);

    /** A thread that waits for the permit it has lent reads the clock, under no lock. */
    private static final Set<String> READS_THE_CLOCK = Set.of("Permits$Return");

    /** The largest set of classes each of which can be reached from each other one. */
    private static final int LARGEST_KNOT = 5;

    private static final int MOST_LINES = 450;

    private static final Pattern JAVADOC = Pattern.compile("(?ms)^ */\\*\\*.*?\\*/\\R");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(PACKAGE);

    @Test
    void everyClassStandsInOneRing() {
        List<String> named = RINGS.values().stream().flatMap(List::stream).toList();
        assertThat(named).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(uses().keySet());
    }

    @Test
    void noClassUsesARingOutsideItsOwn() {
        List<String> outwards = new ArrayList<>();
        uses().forEach((user, used) -> used.stream()
                .filter(each -> ring(each) > ring(user))
                .forEach(each -> outwards.add(user + " uses " + each)));
        assertThat(outwards).isEmpty();
    }

    @Test
    void whatDecidesTouchesNothingForeign() {
        List<String> touched = new ArrayList<>();
        for (JavaClass type : CORE) {
            if (!DECIDING.contains(outermost(type)) || !type.getPackageName().equals(PACKAGE)) {
                continue;
            }
            for (Dependency each : type.getDirectDependenciesFromSelf()) {
                if (FOREIGN.stream().anyMatch(each.getTargetClass()::isAssignableTo)) {
                    touched.add(each.getDescription());
                }
            }
            for (JavaAccess<?> each : type.getAccessesFromSelf()) { // System::nanoTime and System.out as well
                if (each.getTargetOwner().isEquivalentTo(System.class)
                        && !READS_THE_CLOCK.contains(type.getName().substring(PACKAGE.length() + 1))
                        && !each.getName().equals("arraycopy")) {
                    touched.add(each.getDescription());
                }
            }
        }
        assertThat(touched).isEmpty();
    }

    @Test
    void noManyClassesReachEachOther() {
        Map<String, Set<String>> uses = uses();
        Map<String, Set<String>> reached = new HashMap<>();
        uses.keySet().forEach(each -> reached.put(each, reachedFrom(each, uses)));
        Set<String> largest = uses.keySet().stream()
                .map(each -> reached.get(each).stream()
                        .filter(other -> reached.get(other).contains(each))
                        .collect(Collectors.toCollection(TreeSet::new)))
                .max(Comparator.comparingInt(Set::size))
                .orElseThrow();
        assertThat(largest).hasSizeLessThanOrEqualTo(LARGEST_KNOT);
    }

    @Test
    void theFacadeIsNamedByTheWaysInOnly() {
        assertThat(uses().entrySet())
                .filteredOn(each -> each.getValue().contains("StripedCoordinator"))
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("KeyedCoordinator", "KeyedSequentialAtom", "StreamIntake");
    }

    /**
     * A file is read from top to bottom, comments and all, so every line of it counts; but for the Javadoc of a public
     * type. That is the reference that users read, a method at a time, and takes the lines that they need.
     */
    @Test
    void noFileIsTooLongToBeRead() throws IOException {
        Set<String> open = CORE.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && isOfCore(type))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/io/keyedsequential"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                String text = Files.readString(file);
                long lines = (open.contains(name) ? JAVADOC.matcher(text).replaceAll("") : text)
                        .lines()
                        .count();
                if (lines > MOST_LINES) {
                    tooLong.add(name + ": " + lines);
                }
            }
        }
        assertThat(tooLong).as("files of more than %d lines", MOST_LINES).isEmpty();
    }

    // ---------------------------------------------------------------- the graph

    /** Which classes of the core each of them uses, without itself. */
    private static Map<String, Set<String>> uses() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : CORE) {
            if (isOfCore(type) && !outermost(type).equals("package-info")) {
                Set<String> used = uses.computeIfAbsent(outermost(type), name -> new TreeSet<>());
                for (Dependency each : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = each.getTargetClass().getBaseComponentType();
                    if (isOfCore(target) && !outermost(target).equals(outermost(type))) {
                        used.add(outermost(target));
                    }
                }
            }
        }
        return uses;
    }

    private static Set<String> reachedFrom(String start, Map<String, Set<String>> uses) {
        Set<String> seen = new TreeSet<>(Set.of(start));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (String each : uses.get(open.remove())) {
                if (seen.add(each)) {
                    open.add(each);
                }
            }
        }
        return seen;
    }

    private static boolean isOfCore(JavaClass type) {
        return type.getPackageName().equals(PACKAGE);
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static int ring(String name) {
        int ring = 0;
        for (List<String> each : RINGS.values()) {
            if (each.contains(name)) {
                return ring;
            }
            ring++;
        }
        throw new AssertionError(name + " stands in no ring");
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
