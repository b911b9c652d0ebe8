package io.keyedsequential;

import java.util.function.LongSupplier;

/**
 * The parts of one atom, wired from inside to outside: what decides, what is shown of it, what acts on it. Each part
 * knows those that are made before it; the two that are made later and needed earlier are given as functions.
 */
final class AtomParts<K> {

    final Lanes<K> lanes;

    final Listeners listeners;

    final KeyTypes keyTypes;

    final IdleWatch idleWatch;

    final Times times;

    final OperationViews<K> operations;

    final LaneViews<K> laneViews;

    final Reports<K> reports;

    final Dispatcher<K> dispatcher;

    final Outcomes<K> outcomes;

    final Retries<K> retries;

    final Runner.Crew<K> crew;

    final Intake<K> intake;

    final CallerTurns<K> callerTurns;

    final LifeCycle<K> lifeCycle;

    /**
     * What an atom measures time by, and the threads beside those of its executor.
     *
     * @param timer for what is due
     * @param watchTimer for looks after runners that were handed over
     * @param windowTimer for forgetting what has finished
     * @param handOverClock for how long the executor takes to begin what it is given
     */
    record Clockwork(
            Timer timer, Timer watchTimer, Timer windowTimer, SpareThreads spareThreads, LongSupplier handOverClock) {

        /** One thread is the timer for all. */
        static Clockwork of(String name) {
            Timer timer = new TimerThread(name);
            return new Clockwork(timer, timer, timer, new SpareThreads(name), System::nanoTime);
        }
    }

    AtomParts(String name, CoordinatorOptions options, Clockwork clockwork) {
        Timer timer = clockwork.timer();
        this.lanes = new Lanes<>(name, options);
        this.listeners = new Listeners(name, options.listener(), options.signals());
        this.keyTypes = new KeyTypes(name, listeners::warn);
        this.idleWatch = new IdleWatch(lanes.counts, lanes.counts::isIdle);
        RecentOperations<K> recent = new RecentOperations<>(
                options.window(), options.windowAge().toNanos(), options.maxConcurrency(), clockwork.windowTimer());
        this.times = new Times(lanes.permits, System::nanoTime);
        RunningOperations<K> running = new RunningOperations<>(lanes);
        this.operations = new OperationViews<>(lanes, running, recent);
        this.laneViews = new LaneViews<>(lanes, running);
        this.reports = new Reports<>(lanes, operations);
        BlockedCallers<K> blockedCallers = new BlockedCallers<>(lanes);
        this.dispatcher = new Dispatcher<>(
                name,
                lanes,
                blockedCallers,
                listeners,
                idleWatch,
                this::runner,
                options,
                timer,
                clockwork.watchTimer(),
                clockwork.spareThreads(),
                new SlowStart(lanes.permits, clockwork.handOverClock()));
        this.outcomes = new Outcomes<>(name, lanes, recent, times, dispatcher, listeners, idleWatch, timer);
        this.retries =
                new Retries<>(name, options, outcomes, dispatcher, listeners, lanes, timer, this::pauseByFailure);
        StageOutcomes<K> stageOutcomes = new StageOutcomes<>(outcomes, retries, listeners, idleWatch);
        OperationOwner<K> owner =
                new AtomOperations<>(name, options.signals(), lanes, dispatcher, outcomes, stageOutcomes);
        this.crew = new Runner.Crew<>(owner, lanes, dispatcher, outcomes, retries, listeners, idleWatch);
        this.intake = new Intake<>(options, crew, blockedCallers, laneViews, timer);
        this.callerTurns = new CallerTurns<>(crew, intake, options.callTimeout());
        this.lifeCycle = new LifeCycle<>(options, crew, blockedCallers, reports);
        lifeCycle.openGates(options); // last: from here on a signal may hold, shed or drain this atom
    }

    private HandedRunner<K> runner(Slot<K> slot) {
        return crew.runner(slot);
    }

    private void pauseByFailure() {
        lifeCycle.pause();
    }
}
