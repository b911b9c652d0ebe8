package io.keyedsequential.sample.shipping;

import static io.keyedsequential.spring.test.KeyedAtomsAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.keyedsequential.spring.test.AtomUnderTest;
import io.keyedsequential.spring.test.KeyedAtoms;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DuplicateKeyException;

// snippet: test
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ShippingTest {

    @Autowired
    private KeyedAtoms atoms;

    @Autowired
    private ShippingDesk desk;

    @BeforeEach
    void forget() {
        atoms.reset();
    }

    @Test
    void parcelsAreHandedOverOneAtATimeAfterTheCommit() {
        desk.take(new Shipment("ada", List.of("first", "second")));
        atoms.awaitIdle();
        assertThat(atoms.atom("shipments"))
                .hasNoFailures()
                .key("ada")
                .ranInOrder("handOver", "handOver")
                .neverOverlapped();
    }
    // end: test

    @Autowired
    private Parcels parcels;

    @Autowired
    private Incidents incidents;

    @Autowired
    private Chaos chaos;

    private final String customer = "customer-" + UUID.randomUUID();

    private AtomUnderTest shipments() {
        return atoms.atom("shipments");
    }

    private List<String> references(int count) {
        return IntStream.range(0, count).mapToObj(i -> customer + "/" + i).toList();
    }

    @AfterEach
    void nothingIsLeft() {
        chaos.calm(customer);
        atoms.awaitIdle();
        assertThat(shipments()).isIdle();
    }

    @Test
    void parcelsAreHandedOverInTheOrderOfTheirShipments() {
        List<String> references = references(9);
        for (int i = 0; i < 9; i += 3) {
            desk.take(new Shipment(customer, references.subList(i, i + 3)));
        }
        atoms.awaitIdle();
        assertThat(parcels.of(customer))
                .allMatch(parcel -> parcel.state() == Parcel.State.HANDED_OVER)
                .extracting(Parcel::reference)
                .containsExactlyElementsOf(references);
    }

    @Test
    void nothingOfAShipmentIsHandedOverIfItIsRolledBack() {
        String reference = references(1).get(0);
        Shipment twice = new Shipment(customer, List.of(reference, reference));
        assertThatThrownBy(() -> desk.take(twice)).isInstanceOf(DuplicateKeyException.class);
        atoms.awaitIdle();
        assertThat(parcels.of(customer)).isEmpty();
        assertThat(shipments()).key(customer).ranInOrder();
    }

    // snippet: parked
    @Test
    void aCustomerWhomTheCarrierFailsIsParkedAndFreedInOrder() {
        chaos.stir(customer, Chaos.Mode.FAIL);
        desk.take(new Shipment(customer, references(3)));
        shipments().awaitParked(customer);
        assertThat(shipments()).key(customer).isParked().failedWith(CarrierException.class);

        chaos.calm(customer);
        shipments().coordinator().retry(customer);
        atoms.awaitIdle();
        assertThat(parcels.of(customer)).extracting(Parcel::reference).containsExactlyElementsOf(references(3));
        // end: parked
        assertThat(parcels.of(customer)).allMatch(parcel -> parcel.state() == Parcel.State.HANDED_OVER);
        assertThat(incidents.all()) // one is kept by the thread that parked it, the other by the one that retried it
                .filteredOn(incident -> incident.customer().equals(customer))
                .extracting(Incident::what, Incident::error)
                .containsExactlyInAnyOrder(
                        tuple("parked", "the carrier does not serve this address"), tuple("retried", null));
    }
}
