package io.keyedsequential.spring.aop;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.OperationSnapshot;
import java.util.concurrent.CountDownLatch;

/** Tells when an operation has been parked. */
record ParkWatch(CountDownLatch parked) implements CoordinatorListener {

    @Override
    public void operationParked(String atom, OperationSnapshot operation) {
        parked.countDown();
    }
}
