package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.other.Distant;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.ProxyType;
import org.springframework.context.annotation.Proxyable;
import org.springframework.data.annotation.Id;
import org.springframework.data.keyvalue.core.KeyValueTemplate;
import org.springframework.data.map.MapKeyValueAdapter;
import org.springframework.data.map.repository.config.EnableMapRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Beans that are there for their interfaces only, and classes of which no proxy can be made. */
class ProxiedInterfacesTest {

    private static String key() {
        return OperationContext.current()
                .map(operation -> operation.atom() + "/" + operation.key())
                .orElse("outside");
    }

    // ---------------------------------------------------------------- repositories

    static class Account {
        @Id
        String id = "A";
    }

    interface Accounts extends CrudRepository<Account, String> {

        @Override
        @KeyedSequential(key = "#id", atom = "accounts")
        Optional<Account> findById(String id);

        @KeyedSequential(key = "#id", atom = "accounts")
        default String keyOf(String id) {
            return key();
        }
    }

    @Configuration
    @EnableMapRepositories(
            considerNestedRepositories = true,
            includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Accounts.class))
    static class Repositories {
        @Bean
        KeyValueTemplate mapKeyValueTemplate() {
            return new KeyValueTemplate(new MapKeyValueAdapter());
        }
    }

    @Test
    void aRepositoryOfSpringData() {
        app().withUserConfiguration(Repositories.class).run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            accounts.save(new Account());
            assertThat(accounts.findById("A")).isPresent();
            assertThat(accounts.findById("B")).isEmpty();
            assertThat(accounts.keyOf("A")).isEqualTo("accounts/A");
            assertThat(registry(context).coordinator("accounts").stats().completed())
                    .isEqualTo(3);
            assertAtRest(context);
        });
    }

    // ---------------------------------------------------------------- clients

    interface Clock {
        @GetExchange("/clock/{zone}")
        @KeyedSequential(key = "#zone", atom = "clock")
        String time(String zone);
    }

    @Configuration
    static class Clients {
        final List<String> journal = new CopyOnWriteArrayList<>();

        @Bean
        List<String> journal() {
            return journal;
        }

        @Bean
        Clock clock() {
            RestClient client = RestClient.builder()
                    .requestFactory((uri, method) -> new MockClientHttpRequest(method, uri) {
                        @Override
                        protected MockClientHttpResponse executeInternal() {
                            journal.add(key());
                            return new MockClientHttpResponse("noon".getBytes(), HttpStatus.OK);
                        }
                    })
                    .baseUrl(URI.create("http://localhost"))
                    .build();
            return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
                    .customArgumentResolver((argument, parameter, values) -> {
                        values.setUriVariable("zone", String.valueOf(argument));
                        return true;
                    })
                    .build()
                    .createClient(Clock.class);
        }
    }

    @Test
    void aClientOfHttpExchange() {
        app().withUserConfiguration(Clients.class).run(context -> {
            assertThat(context.getBean(Clock.class).time("UTC")).isEqualTo("noon");
            assertThat((List<?>) context.getBean("journal")).isEqualTo(List.of("clock/UTC"));
            assertAtRest(context);
        });
    }

    // ---------------------------------------------------------------- factory beans, plain proxies, lambdas

    interface Teller<R> {
        R tell(String customer);
    }

    interface KeyTeller extends Teller<String> {
        @Override
        @KeyedSequential(key = "#customer", atom = "tellers")
        String tell(String customer);
    }

    interface FutureTeller {
        @KeyedSequential(key = "#customer", atom = "tellers", operation = "future")
        CompletableFuture<String> tell(String customer);
    }

    static KeyTeller plainProxy() {
        return (KeyTeller) Proxy.newProxyInstance(
                KeyTeller.class.getClassLoader(),
                new Class<?>[] {KeyTeller.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "tell" -> key();
                    case "toString" -> "proxy";
                    case "hashCode" -> 1;
                    default -> proxy == arguments[0];
                });
    }

    static class TellerFactory implements FactoryBean<KeyTeller> {
        @Override
        public KeyTeller getObject() {
            return plainProxy();
        }

        @Override
        public Class<?> getObjectType() {
            return KeyTeller.class;
        }
    }

    @Configuration
    static class PlainProxies {
        @Bean
        KeyTeller teller() {
            return plainProxy();
        }
    }

    @Configuration
    static class Lambdas {
        @Bean
        KeyTeller teller() {
            return customer -> key();
        }

        @Bean
        FutureTeller futures() {
            return customer -> CompletableFuture.completedFuture(key());
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {TellerFactory.class, PlainProxies.class, Lambdas.class})
    void aBeanThatIsThereForItsInterface(Class<?> configuration) {
        ApplicationContextRunner app = app().withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
                .withUserConfiguration(configuration);
        for (String byClass : List.of("true", "false")) {
            app.withPropertyValues("spring.aop.proxy-target-class=" + byClass).run(context -> {
                assertThat(context.getBean(KeyTeller.class).tell("A")).isEqualTo("tellers/A");
                assertAtRest(context);
            });
        }
    }

    @Test
    void aLambdaThatReturnsAFuture() {
        app().withUserConfiguration(Lambdas.class).run(context -> {
            assertThat(context.getBean(FutureTeller.class).tell("A").get(2, TimeUnit.MINUTES))
                    .isEqualTo("tellers/A");
            assertThat(registry(context)
                            .coordinator("tellers")
                            .snapshot()
                            .get(0)
                            .name())
                    .isEqualTo("future");
            assertAtRest(context);
        });
    }

    // ---------------------------------------------------------------- what cannot be proxied

    static final class FinalTeller implements KeyTeller {
        @Override
        public String tell(String customer) {
            return key();
        }
    }

    @Proxyable(ProxyType.INTERFACES)
    record RecordTeller() implements KeyTeller {
        @Override
        public String tell(String customer) {
            return key();
        }
    }

    @Test
    void aFinalClassBehindItsInterface() {
        app().withBean(FinalTeller.class)
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .run(context ->
                        assertThat(context.getBean(KeyTeller.class).tell("A")).isEqualTo("tellers/A"));
        app().withBean(RecordTeller.class)
                .run(context ->
                        assertThat(context.getBean(KeyTeller.class).tell("A")).isEqualTo("tellers/A"));
    }

    static sealed class Sealed permits SealedChild {
        @KeyedSequential(key = "#key")
        @Transactional
        public void run(String key) {}
    }

    static final class SealedChild extends Sealed {
        @Override
        public void run(String key) {}
    }

    record Booking(String id) {
        @KeyedSequential(key = "#key")
        public void run(String key) {}
    }

    @Configuration
    @EnableTransactionManagement
    static class Transactions {
        @Bean
        PlatformTransactionManager transactionManager() {
            return new JournalingTransactions(new CopyOnWriteArrayList<>());
        }
    }

    @Test
    void aSealedClassIsRefusedAlsoWhereOtherAdviceWouldFailFirst() {
        ApplicationContextRunner app = app().withBean(Sealed.class, Sealed::new);
        for (ApplicationContextRunner each : List.of(app, app.withUserConfiguration(Transactions.class))) {
            assertRefused(each, "is sealed: no proxy can extend it", "Remove 'sealed'");
        }
    }

    @Test
    void aFinalClassIsRefusedAlsoWhereOtherAdviceWouldFailFirst() {
        ApplicationContextRunner app = app().withBean(SealedChild.class, SealedChild::new);
        for (ApplicationContextRunner each : List.of(app, app.withUserConfiguration(Transactions.class))) {
            assertRefused(each, "is a final class: no proxy can extend it", "Remove 'final'");
        }
    }

    @Test
    void aRecordIsRefused() {
        assertRefused(app().withBean(Booking.class, "1"), "is a record, which is final", "Make it a class");
    }

    static class Near extends Distant {}

    static class NearAndOpen extends Distant {
        @Override
        public boolean call(String key) {
            return super.call(key);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Near.class, NearAndOpen.class})
    void aMethodThatAnotherPackageKeepsToItselfIsRefused(Class<?> type) {
        assertRefused(
                app().withBean(type),
                "Distant.isInside(String) is annotated with @KeyedSequential and is package-private, and the class of the bean, "
                        + type.getTypeName() + ", is in another package",
                "Make it protected or public");
    }

    @Test
    void aMethodThatItsOwnPackageKeepsToItselfIsAnOperation() {
        app().withBean(Distant.class)
                .run(context ->
                        assertThat(context.getBean(Distant.class).call("A")).isFalse()); // on itself
    }

    private static void assertRefused(ApplicationContextRunner app, String cause, String remedy) {
        app.run(context -> {
            assertThat(context).hasFailed();
            Throwable failure = context.getStartupFailure();
            while (failure.getCause() != null) {
                failure = failure.getCause();
            }
            assertThat(failure).isInstanceOf(MisconfiguredAtomException.class).hasMessageContaining(cause);
            assertThat(((MisconfiguredAtomException) failure).action()).contains(remedy);
        });
    }
}
