package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.atom.event.OperatorActed;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * What the endpoint knows of the application around it.
 *
 * @param application the application's name, or {@code null}
 * @param instance which of its processes this is
 * @param keys how the log names keys
 * @param events is told of what operators do
 * @param history the last hour of every atom, or {@code null}
 * @param traces where traces are shown, or {@code null}
 */
public record EndpointSurroundings(
        @Nullable String application,
        String instance,
        LoggedKeys keys,
        Consumer<OperatorActed> events,
        @Nullable AtomHistory history,
        @Nullable TraceUrl traces) {

    /** Where nothing is around it. */
    static EndpointSurroundings none(LoggedKeys keys) {
        return new EndpointSurroundings(null, "this", keys, acted -> {}, null, null);
    }

    /**
     * Where a tracing system shows a trace.
     *
     * @param template an address with {@value #PLACEHOLDER} in the place of the id
     */
    public record TraceUrl(String template) {

        /** What stands for the id. */
        public static final String PLACEHOLDER = "{traceId}";

        /**
         * Validates.
         *
         * @param template an address with the placeholder
         * @throws IllegalArgumentException if it has none, or is no address of the web
         */
        public TraceUrl {
            String lower = template.toLowerCase(Locale.ROOT);
            if (!template.contains(PLACEHOLDER) || !(lower.startsWith("http://") || lower.startsWith("https://"))) {
                throw new IllegalArgumentException(("trace-url: an address with %s in the place of the id, such as "
                                + "https://traces.example/trace/%s, not '%s'")
                        .formatted(PLACEHOLDER, PLACEHOLDER, template));
            }
        }

        String of(String traceId) {
            return template.replace(PLACEHOLDER, URLEncoder.encode(traceId, StandardCharsets.UTF_8));
        }
    }

    /**
     * Remembers the last hour of every atom: throughput, failures, the queue and the oldest wait, every 15 seconds. One
     * thread looks at the atoms, which takes as long as the endpoint takes for a summary; it ends with the application.
     * What is remembered takes less than 5 kB for each atom, and is gone with the process.
     */
    public static final class AtomHistory implements SmartLifecycle {

        /** The name of the thread. */
        static final String THREAD = "keyedsequential-history";

        static final Duration EVERY = Duration.ofSeconds(15);

        /** Of how many atoms it is shown: an answer is bounded. */
        private static final int MOST_ATOMS = 100;

        private static final Log log = LogFactory.getLog(KeyedAtomsEndpoint.class);

        private final AtomRegistry registry;
        private final Supplier<Instant> clock;
        private final ThreadFactory threads;
        private final Map<String, AtomSamples> samples = new ConcurrentHashMap<>();

        /** Those that could not be looked at the last time: it is said once, until it works again. */
        private final Set<String> failing = ConcurrentHashMap.newKeySet();

        /** Guarded by this. */
        private @Nullable ScheduledExecutorService thread;

        /**
         * Remembers nothing yet.
         *
         * @param registry the atoms
         */
        public AtomHistory(AtomRegistry registry) {
            this(registry, Instant::now, AtomHistory::made);
        }

        AtomHistory(AtomRegistry registry, Supplier<Instant> clock, ThreadFactory threads) {
            this.registry = registry;
            this.clock = clock;
            this.threads = threads;
        }

        /** A daemon, so that it keeps no process alive. */
        static Thread made(Runnable run) {
            Thread made = new Thread(run, THREAD);
            made.setDaemon(true);
            return made;
        }

        @Override
        public synchronized void start() {
            if (thread == null) {
                thread = Executors.newSingleThreadScheduledExecutor(threads);
                thread.scheduleWithFixedDelay(this::sample, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public synchronized void stop() {
            if (thread != null) {
                thread.shutdownNow();
                thread = null;
            }
        }

        @Override
        public synchronized boolean isRunning() {
            return thread != null;
        }

        /**
         * Looks at every atom. One that cannot be looked at, since its database is away, leaves a gap and harms no
         * other.
         */
        void sample() {
            for (RegisteredAtom atom : registry.atoms()) {
                try {
                    AtomView view = atom.view();
                    CoordinatorStats stats = view.stats();
                    samples.computeIfAbsent(atom.name(), name -> new AtomSamples())
                            .add(clock.get(), stats.completed(), stats.failed(), stats.queued(), view.oldestWait());
                    failing.remove(atom.name());
                    atom.availability().answered();
                } catch (Throwable e) { // otherwise nothing would be sampled any more
                    if (e instanceof AtomUnavailableException) { // its engine has said so
                        continue;
                    }
                    if (failing.add(atom.name()) && isRunning()) {
                        log.warn(
                                "%s: could not be looked at for its history, which has a gap from now on"
                                        .formatted(atom.name()),
                                e);
                    }
                }
            }
        }

        Map<String, HistoryDescriptor> describe(List<RegisteredAtom> atoms) {
            Map<String, HistoryDescriptor> described = new LinkedHashMap<>();
            for (RegisteredAtom atom : atoms.subList(0, Math.min(atoms.size(), MOST_ATOMS))) {
                AtomSamples ofAtom = samples.get(atom.name());
                HistoryDescriptor history = ofAtom == null ? null : ofAtom.describe(clock.get());
                if (history != null) {
                    described.put(atom.name(), history);
                }
            }
            return described;
        }

        /** The last hour of one atom: 240 samples of five numbers, which take less than 5 kB. For any thread. */
        static final class AtomSamples {

            /** At a sample every 15 s that is an hour. */
            static final int MOST = 240;

            /*
             * Rings, all guarded by this. The next sample goes to `next`; `count` of those before it are there.
             */
            private final int[] seconds = new int[MOST];
            private final int[] completed = new int[MOST];
            private final int[] failed = new int[MOST];
            private final int[] queued = new int[MOST];
            private final int[] oldestWait = new int[MOST];
            private int next;
            private int count;

            private @Nullable Instant first;
            private long completedBefore;
            private long failedBefore;

            /** The first sample has nothing before it, so that it counts nothing as done. */
            synchronized void add(Instant now, long completedInAll, long failedInAll, long queuedNow, Duration waited) {
                if (first == null) {
                    first = now;
                    completedBefore = completedInAll;
                    failedBefore = failedInAll;
                }
                seconds[next] = clamped(Duration.between(first, now).toSeconds());
                completed[next] = clamped(completedInAll - completedBefore);
                failed[next] = clamped(failedInAll - failedBefore);
                queued[next] = clamped(queuedNow);
                oldestWait[next] = clamped(waited.toMillis());
                completedBefore = completedInAll;
                failedBefore = failedInAll;
                next = (next + 1) % MOST;
                count = Math.min(MOST, count + 1);
            }

            /** {@code null} while there is no sample. */
            synchronized @Nullable HistoryDescriptor describe(Instant now) {
                if (first == null) {
                    return null;
                }
                int oldest = seconds[Math.floorMod(next - count, MOST)];
                return new HistoryDescriptor(
                        now,
                        first.plusSeconds(oldest),
                        list(seconds, oldest),
                        list(completed, 0),
                        list(failed, 0),
                        list(queued, 0),
                        list(oldestWait, 0));
            }

            private List<Integer> list(int[] ring, int minus) {
                List<Integer> list = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    list.add(ring[Math.floorMod(next - count + i, MOST)] - minus);
                }
                return list;
            }

            private static int clamped(long value) {
                return (int) Math.max(0, Math.min(Integer.MAX_VALUE, value));
            }
        }

        /**
         * Description of the last hour of an atom, one number for every sample; oldest first.
         *
         * @param asOf when this was asked, by the same clock
         * @param from when the first sample was taken
         * @param seconds when each was taken, in seconds after the first
         * @param completed how many operations have completed since the sample before
         * @param failed how many have failed since the sample before
         * @param queued how many were queued
         * @param oldestWait how long the operation had waited that waited longest, in milliseconds
         */
        public record HistoryDescriptor(
                Instant asOf,
                Instant from,
                List<Integer> seconds,
                List<Integer> completed,
                List<Integer> failed,
                List<Integer> queued,
                List<Integer> oldestWait) {}
    }
}
