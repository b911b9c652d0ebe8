package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.OperationSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The listeners of an atom, for what its engine does outside of the coordinator. One that throws is logged, and keeps
 * no other from being told. For any thread.
 */
final class EngineListeners implements CoordinatorListener {

    private static final Log log = LogFactory.getLog(EngineListeners.class);

    private final Supplier<CoordinatorListener> own;
    private final List<CoordinatorListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * Has no other yet.
     *
     * @param own the one that the coordinator was built with
     */
    EngineListeners(Supplier<CoordinatorListener> own) {
        this.own = own;
    }

    void add(CoordinatorListener listener) {
        listeners.add(listener);
    }

    @Override
    public void operationParked(String atom, OperationSnapshot operation) {
        tell(atom, listener -> listener.operationParked(atom, operation));
    }

    @Override
    public void keyReleased(String atom, OperationSnapshot operation) {
        tell(atom, listener -> listener.keyReleased(atom, operation));
    }

    @Override
    public void operationFinished(String atom, OperationSnapshot operation) {
        tell(atom, listener -> listener.operationFinished(atom, operation));
    }

    @Override
    public void operationFailed(String atom, OperationSnapshot operation) {
        tell(atom, listener -> listener.operationFailed(atom, operation));
    }

    private void tell(String atom, Consumer<CoordinatorListener> event) {
        tell(own.get(), atom, event);
        listeners.forEach(listener -> tell(listener, atom, event));
    }

    private static void tell(CoordinatorListener listener, String atom, Consumer<CoordinatorListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) { // the engine has nothing to do with it
            log.warn(
                    "%s: the listener %s failed"
                            .formatted(atom, listener.getClass().getName()),
                    e);
        }
    }
}
