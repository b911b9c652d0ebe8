package io.keyedsequential.webhooks;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A push, as far as it is of interest here.
 *
 * @param ref the branch
 * @param before the commit on which it stands; zeros for a new branch
 * @param after the commit to which the branch has moved
 * @param repository whose branch it is
 */
record Push(String ref, String before, String after, Repository repository) {

    private static final String NOTHING = "0".repeat(40);

    boolean opensBranch() {
        return before.equals(NOTHING);
    }

    /**
     * A repository.
     *
     * @param id its number
     * @param fullName owner and name
     */
    record Repository(long id, @JsonProperty("full_name") String fullName) {}
}
