package io.keyedsequential.sample.shipping;

/** The carrier has not taken a parcel. */
class CarrierException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CarrierException(String message) {
        super(message);
    }
}
