package io.keyedsequential.benchmarks.contender;

import com.typesafe.config.ConfigFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/**
 * A Pekko actor per key, the body as the message. As with any actor, somebody would have to decide when to stop it; the
 * usual passivation by idle time is left out, so a key that was used once stays.
 */
final class PekkoActors implements Contender {

    private final ConcurrentHashMap<Long, ActorRef> byKey = new ConcurrentHashMap<>();
    private final ActorSystem system;
    private final Props lane = Props.create(Lane.class, Lane::new);

    PekkoActors(Threads threads) {
        this.system = ActorSystem.create(
                "pekko",
                ConfigFactory.parseMap(Map.of(
                                "pekko.loglevel", "OFF",
                                "pekko.stdout-loglevel", "OFF",
                                "pekko.log-dead-letters", "off",
                                "pekko.actor.default-dispatcher.executor", "thread-pool-executor",
                                "pekko.actor.default-dispatcher.thread-pool-executor.fixed-pool-size",
                                        threads.permits()))
                        .withFallback(ConfigFactory.load()));
    }

    @Override
    public void execute(Long key, Body body) {
        ActorRef actor = byKey.get(key);
        if (actor == null) {
            actor = byKey.computeIfAbsent(key, k -> system.actorOf(lane));
        }
        actor.tell(body, ActorRef.noSender());
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the system to be gone
    public void close() {
        system.terminate();
    }

    /** Runs what it is told. */
    private static final class Lane extends UntypedAbstractActor {

        @Override
        public void onReceive(Object message) {
            ((Body) message).run();
        }
    }
}
