package io.keyedsequential.webhooks;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Where the branches stand, in the database. */
@Repository
class Branches {

    /**
     * A branch.
     *
     * @param head the commit where it is
     * @param pushes how many pushes have brought it there
     */
    record Branch(String head, int pushes) {}

    private final JdbcClient database;

    Branches(JdbcClient database) {
        this.database = database;
    }

    /**
     * Moves a branch.
     *
     * @throws UnexpectedPushException if it is not where the push stands on
     */
    void advance(Push push) {
        int moved = push.opensBranch() ? add(push) : move(push);
        if (moved != 1) {
            throw new UnexpectedPushException(push, find(push.repository().fullName(), push.ref()));
        }
    }

    private int add(Push push) {
        return database.sql(
                        "insert into branch (repository, ref, head, pushes) select :repository, :ref, :after, 1 where not exists"
                                + " (select 1 from branch where repository = :repository and ref = :ref)")
                .param("repository", push.repository().fullName())
                .param("ref", push.ref())
                .param("after", push.after())
                .update();
    }

    private int move(Push push) {
        return database.sql("update branch set head = :after, pushes = pushes + 1"
                        + " where repository = :repository and ref = :ref and head = :before")
                .param("repository", push.repository().fullName())
                .param("ref", push.ref())
                .param("before", push.before())
                .param("after", push.after())
                .update();
    }

    Optional<Branch> find(String repository, String ref) {
        return database.sql("select head, pushes from branch where repository = ? and ref = ?")
                .params(repository, ref)
                .query(Branch.class)
                .optional();
    }
}
