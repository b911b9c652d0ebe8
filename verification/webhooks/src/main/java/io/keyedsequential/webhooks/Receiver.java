package io.keyedsequential.webhooks;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes deliveries. */
@Service
class Receiver {

    private final JdbcClient database;
    private final Repositories repositories;

    Receiver(JdbcClient database, Repositories repositories) {
        this.database = database;
        this.repositories = repositories;
    }

    // snippet: receive
    @Transactional
    public void receive(String delivery, Push push) {
        database.sql("insert into receipt (delivery, repository) values (?, ?)")
                .params(delivery, push.repository().fullName())
                .update();
        repositories.push(delivery, push); // stored with the receipt, or neither is
    }
    // end: receive

    int receipts(String delivery) {
        return database.sql("select count(*) from receipt where delivery = ?")
                .param(delivery)
                .query(Integer.class)
                .single();
    }
}
