package io.keyedsequential.sample.shipping;

import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes shipments. */
// snippet: desk
@Service
class ShippingDesk {

    private final Parcels parcels;
    private final Carrier carrier;

    ShippingDesk(Parcels parcels, Carrier carrier) {
        this.parcels = parcels;
        this.carrier = carrier;
    }

    @Transactional
    public List<Parcel> take(Shipment shipment) {
        return shipment.parcels().stream()
                .map(reference -> {
                    Parcel parcel = parcels.add(shipment.customer(), reference); // throws if there is one already
                    carrier.handOver(parcel); // enqueued when, and only if, all of them are committed
                    return parcel;
                })
                .toList();
    }
}
// end: desk
