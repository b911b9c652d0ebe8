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

    /**
     * Gives a parcel the next number of its customer. Reads and writes without a lock: the parcels of a customer are
     * handed over one at a time. One that has a number keeps it: with the engine {@code kafka} a call may run twice.
     */
    void handedOver(Parcel parcel) {
        int changed = database.sql("update parcel set state = 'HANDED_OVER', handed_over ="
                        + " (select coalesce(max(handed_over), 0) + 1 from parcel where customer = :customer)"
                        + " where id = :id and state = 'READY'")
                .param("customer", parcel.customer())
                .param("id", parcel.id())
                .update();
        if (changed != 1 && !isHandedOver(parcel.id())) {
            throw new IllegalStateException("parcel " + parcel.id() + " is not there to be handed over");
        }
    }

    private boolean isHandedOver(long id) {
        return database.sql("select count(*) from parcel where id = ? and state = 'HANDED_OVER'")
                        .param(id)
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /**
     * Those that the carrier has, in the order in which he got them, then the others in the order in which they came.
     */
    List<Parcel> of(String customer) {
        return database.sql("select * from parcel where customer = ? order by handed_over nulls last, id")
                .param(customer)
                .query(Parcel.class)
                .list();
    }
}
