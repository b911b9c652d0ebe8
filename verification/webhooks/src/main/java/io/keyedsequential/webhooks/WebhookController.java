package io.keyedsequential.webhooks;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Where the sender delivers. Answers as soon as the delivery is stored; it sends again what is not answered in time. */
@RestController
class WebhookController {

    private final Receiver receiver;
    private final Signature signature;
    private final JsonMapper mapper;

    WebhookController(Receiver receiver, Signature signature, JsonMapper mapper) {
        this.receiver = receiver;
        this.signature = signature;
        this.mapper = mapper;
    }

    @PostMapping("/webhooks")
    ResponseEntity<Void> deliver(
            @RequestHeader("X-GitHub-Event") String event,
            @RequestHeader("X-GitHub-Delivery") String delivery,
            @RequestHeader("X-Hub-Signature-256") String signed,
            @RequestBody byte[] payload) {
        if (!signature.isOf(payload, signed)) {
            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
        }
        if (!event.equals("push")) {
            return ResponseEntity.noContent().build();
        }
        Push push;
        try {
            push = mapper.readValue(payload, Push.class);
        } catch (JacksonException e) {
            return ResponseEntity.badRequest().build();
        }
        receiver.receive(delivery, push);
        return ResponseEntity.accepted().build();
    }
}
