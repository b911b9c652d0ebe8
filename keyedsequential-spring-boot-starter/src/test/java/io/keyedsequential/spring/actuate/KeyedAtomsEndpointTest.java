package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import java.security.Principal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

class KeyedAtomsEndpointTest {

    private record Somebody(String role) implements SecurityContext {
        @Override
        public Principal getPrincipal() {
            return () -> "somebody";
        }

        @Override
        public boolean isUserInRole(String asked) {
            return role.equals(asked);
        }
    }

    private String keyShownTo(AtomRegistry registry, Show show, SecurityContext reader, Set<String> roles) {
        KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry, new KeyMask(), show, false);
        AtomDescriptor atom = new KeyedAtomsEndpointWebExtension(endpoint, show, roles).keyedAtom(reader, "mail", null);
        return atom.lanes().entries().get(0).key();
    }

    @Test
    void keysAreShownToThoseWhoHaveTheRole() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        mail.pauseKey("customer-7");
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomRegistry registry = registry(context);
            Set<String> admin = Set.of("admin");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, new Somebody("admin"), admin))
                    .isEqualTo("customer-7");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, new Somebody("guest"), admin))
                    .startsWith("#");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, new Somebody("guest"), Set.of()))
                    .isEqualTo("customer-7");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, SecurityContext.NONE, Set.of()))
                    .startsWith("#");
            assertThat(keyShownTo(registry, Show.NEVER, new Somebody("admin"), admin))
                    .startsWith("#");
            mail.resumeKey("customer-7");
        });
    }

    @Test
    void listsAreBoundedAndSaySo() {
        KeyedCoordinator<Integer> mail =
                KeyedCoordinator.<Integer>builder("mail").maxConcurrency(1).build();
        CountDownLatch gate = new CountDownLatch(1);
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            int keys = AtomDescriber.LANES + 5;
            for (int i = 0; i < keys; i++) {
                mail.execute(i, () -> await(gate));
            }
            AtomDescriptor atom =
                    new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false).keyedAtom("mail", null);
            assertThat(atom.lanes().entries()).hasSize(AtomDescriber.LANES);
            assertThat(atom.lanes().total()).isEqualTo(keys);
            assertThat(atom.lanes().truncated()).isTrue();
            gate.countDown();
            assertThat(mail.awaitIdle(Duration.ofSeconds(10))).isTrue();
            for (int i = 0; i <= AtomDescriber.OPERATIONS; i++) {
                mail.submit(i, () -> null).join();
            }
            mail.awaitIdle(Duration.ofSeconds(10));
            atom = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false).keyedAtom("mail", null);
            assertThat(atom.recent().entries()).hasSize(AtomDescriber.OPERATIONS);
            assertThat(atom.recent().truncated()).isTrue();
            assertThat(atom.summary().declaredBy()).isEqualTo("bean 'mailer'");
        });
    }

    @Test
    void anAtomThatIsABeanIsListed() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail)
                .run(context -> assertThat(new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false)
                                .keyedAtoms()
                                .atoms())
                        .containsOnlyKeys("mail"));
    }
}
