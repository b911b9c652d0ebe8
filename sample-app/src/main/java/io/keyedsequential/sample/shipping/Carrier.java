package io.keyedsequential.sample.shipping;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Hands parcels over, one at a time for each customer. */
@Service
class Carrier {

    private final Parcels parcels;
    private final Chaos chaos;

    Carrier(Parcels parcels, Chaos chaos) {
        this.parcels = parcels;
        this.chaos = chaos;
    }

    // snippet: after-commit
    @KeyedSequential(key = "#parcel.customer", atom = "shipments", phase = EnqueuePhase.AFTER_COMMIT)
    @Transactional
    public void handOver(Parcel parcel) {
        chaos.strike(parcel.customer());
        parcels.handedOver(parcel);
    }
    // end: after-commit
}
