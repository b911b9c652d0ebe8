package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * {@link Lanes} as Lincheck drives it: a producer of two keys with room for two, runners, somebody who cancels, and one
 * operator. Lincheck makes the scenarios, chooses the switches between threads at every access of shared memory, and after
 * each schedule {@link #everythingIsAccountedFor()} lets all that is left go on and looks at the structure.
 *
 * <p>What it cannot see: it executes every schedule as if memory were sequentially consistent, so a fence that is too weak
 * goes unnoticed; time stands still; and it chooses schedules rather than trying all of them.
 */
public class LanesModelChecking {

    final LanesActors actors = new LanesActors(options());
    private final List<io.keyedsequential.Operation<String>> offered = new ArrayList<>();

    CoordinatorOptions options() {
        return CoordinatorOptions.builder()
                .maxConcurrency(2)
                .capacity(2)
                .fairScheduling(isFair())
                .build();
    }

    boolean isFair() {
        return true;
    }

    @Operation
    public void offerA() {
        offer("a");
    }

    @Operation
    public void offerB() {
        offer("b");
    }

    @Operation
    public void runnerRuns() {
        guarded(actors::runOne);
    }

    @Operation
    public void cancelled() {
        guarded(() -> {
            io.keyedsequential.Operation<String> operation;
            synchronized (offered) {
                operation = offered.isEmpty() ? null : offered.remove(offered.size() - 1);
            }
            if (operation != null) {
                actors.cancel(operation);
            }
        });
    }

    @Operation(nonParallelGroup = "operator")
    public void keyPaused() {
        guarded(() -> actors.pauseKey("a"));
    }

    @Operation(nonParallelGroup = "operator")
    public void keyResumed() {
        guarded(() -> actors.resumeKey("a"));
    }

    @Operation(nonParallelGroup = "operator")
    public void atomPaused() {
        guarded(actors::pause);
    }

    @Operation(nonParallelGroup = "operator")
    public void atomResumed() {
        guarded(actors::resume);
    }

    @Operation(nonParallelGroup = "operator")
    public void limitLowered() {
        guarded(() -> actors.limit(1));
    }

    @Operation(nonParallelGroup = "operator")
    public void limitRaised() {
        guarded(() -> actors.limit(2));
    }

    @Validate
    public void everythingIsAccountedFor() {
        List<String> found = StructuralInvariants.violations(actors.lanes, actors.options, false);
        if (found.isEmpty()) {
            actors.finish();
            found = StructuralInvariants.violationsAtRest(actors.lanes, actors.options);
        }
        found.addAll(actors.violations());
        if (!found.isEmpty()) {
            throw new IllegalStateException(found.toString());
        }
    }

    private void offer(String key) {
        guarded(() -> {
            io.keyedsequential.Operation<String> operation = actors.plain(key);
            actors.submit(operation);
            if (operation.id != 0) {
                synchronized (offered) {
                    offered.add(operation);
                }
            }
        });
    }

    void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            actors.violated(e.toString());
        }
    }

    /** The same with several stripes, and lanes that are walked. */
    public static class Walked extends LanesModelChecking {

        @Override
        boolean isFair() {
            return false;
        }
    }

    /** Lanes whose operations fail: held back between two attempts or parked, released by timers and operators. */
    public static class Failing extends LanesModelChecking {

        @Override
        boolean isFair() {
            return false;
        }

        @Operation
        public void attemptFails() {
            guarded(() -> {
                actors.nextEnds(LanesActors.Ending.BACKS_OFF);
                actors.runOne();
            });
        }

        @Operation
        public void attemptParks() {
            guarded(() -> {
                actors.nextEnds(LanesActors.Ending.PARKS);
                actors.runOne();
            });
        }

        @Operation
        public void timerFires() {
            guarded(() -> actors.fireTimer(0));
        }

        @Operation(nonParallelGroup = "operator")
        public void headRetried() {
            guarded(() -> actors.retry("a"));
        }

        @Operation(nonParallelGroup = "operator")
        public void headSkipped() {
            guarded(() -> actors.skip("a"));
        }

        @Operation(nonParallelGroup = "operator")
        public void keyPurged() {
            guarded(() -> actors.purge("a"));
        }
    }
}
