package io.keyedsequential.sample.shipping;

import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The shipping desk's counter, and the switch for its troubles. */
@RestController
class ShippingController {

    private final ShippingDesk desk;
    private final Parcels parcels;
    private final Incidents incidents;
    private final Chaos chaos;

    ShippingController(ShippingDesk desk, Parcels parcels, Incidents incidents, Chaos chaos) {
        this.desk = desk;
        this.parcels = parcels;
        this.incidents = incidents;
        this.chaos = chaos;
    }

    @PostMapping("/shipments")
    @ResponseStatus(HttpStatus.ACCEPTED)
    List<Parcel> ship(@RequestBody Shipment shipment) {
        return desk.take(shipment);
    }

    @GetMapping("/shipments/{customer}")
    List<Parcel> parcels(@PathVariable String customer) {
        return parcels.of(customer);
    }

    @GetMapping("/incidents")
    List<Incident> incidents() {
        return incidents.all();
    }

    /** The carrier fails or hangs for this customer from now on. */
    @PutMapping("/chaos/{customer}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void stir(@PathVariable String customer, @RequestParam Chaos.Mode mode) {
        chaos.stir(customer, mode);
    }

    /** The carrier behaves again. */
    @DeleteMapping("/chaos/{customer}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void calm(@PathVariable String customer) {
        chaos.calm(customer);
    }

    @ExceptionHandler
    ProblemDetail taken(DuplicateKeyException duplicate) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.CONFLICT, "a parcel with one of these references has been taken before; none was taken now");
    }
}
