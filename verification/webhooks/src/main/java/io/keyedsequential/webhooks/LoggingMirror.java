package io.keyedsequential.webhooks;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Stands for a real one. */
@Component
class LoggingMirror implements Mirror {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingMirror.class);

    @Override
    public void fetch(Push push) {
        LOG.debug("fetched {} of {}", push.after(), push.repository().fullName());
    }
}
