package io.keyedsequential.sample.shipping;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All parcels, in the database. */
@Repository
class Parcels {

    private final JdbcClient database;

    Parcels(JdbcClient database) {
        this.database = database;
    }

    Parcel add(String customer, String reference) {
        database.sql("insert into parcel (customer, reference, state) values (?, ?, 'READY')")
                .params(customer, reference)
                .update();
        return database.sql("select * from parcel where reference = ?")
                .param(reference)
                .query(Parcel.class)
                .single();
    }

    void handedOver(long id) {
        int changed = database.sql(
                        "update parcel set state = 'HANDED_OVER', handed_over = next value for handing_over where id = ? and state = 'READY'")
                .param(id)
                .update();
        if (changed != 1) {
            throw new IllegalStateException("parcel " + id + " is not there to be handed over");
        }
    }

    /** Those that the carrier has, in the order in which he got them, then the others in the order in which they came. */
    List<Parcel> of(String customer) {
        return database.sql("select * from parcel where customer = ? order by handed_over nulls last, id")
                .param(customer)
                .query(Parcel.class)
                .list();
    }
}
