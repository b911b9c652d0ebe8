package io.keyedsequential.webhooks;

import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** The application, started inside of a test or a process of its own. */
final class RunningReceiver implements AutoCloseable {

    /** If {@code true}, the application is as it was in memory. */
    static final String BEFORE = "test.before";

    /** If {@code true}, nothing ends that has begun. */
    static final String HANGS = "test.hangs";

    private final ConfigurableApplicationContext context;

    private RunningReceiver(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts one.
     *
     * @param properties {@code name=value}
     */
    static RunningReceiver start(String url, String... properties) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.datasource.url=" + url));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new RunningReceiver(new SpringApplicationBuilder(WebhooksApplication.class)
                .initializers(context -> context.addBeanFactoryPostProcessor(
                        beans -> replaceBeans((BeanDefinitionRegistry) beans, context.getEnvironment())))
                .run(arguments.toArray(String[]::new)));
    }

    /** After the application's own have been found. */
    private static void replaceBeans(BeanDefinitionRegistry beans, Environment environment) {
        boolean hangs = environment.getProperty(HANGS, Boolean.class, false);
        replace(beans, "loggingMirror", new RootBeanDefinition(RestlessMirror.class, () -> new RestlessMirror(hangs)));
        if (environment.getProperty(BEFORE, Boolean.class, false)) {
            replace(beans, "repositories", new RootBeanDefinition(RepositoriesBefore.class));
        }
    }

    private static void replace(BeanDefinitionRegistry beans, String name, RootBeanDefinition by) {
        beans.removeBeanDefinition(name);
        by.setAutowireMode(AutowireCapableBeanFactory.AUTOWIRE_CONSTRUCTOR);
        beans.registerBeanDefinition(name, by);
    }

    /** In a process of its own; the first argument is the URL of the database. */
    public static void main(String[] arguments) {
        List<String> properties = List.of(arguments).subList(1, arguments.length);
        start(arguments[0], properties.toArray(String[]::new));
    }

    Sender sender() {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        return new Sender(port, bean(Signature.class));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    AtomView view() {
        return bean(AtomRegistry.class).find("repositories").orElseThrow().view();
    }

    AtomControls controls() {
        return bean(AtomRegistry.class).find("repositories").orElseThrow().controls();
    }

    /** How many pushes have brought the main branch where it is; 0 if there is none. */
    int pushes(String repository) {
        return bean(Branches.class)
                .find(repository, History.MAIN)
                .map(Branches.Branch::pushes)
                .orElse(0);
    }

    boolean isAt(History history) {
        return bean(Branches.class)
                .find(history.repository(), History.MAIN)
                .filter(branch -> branch.head().equals(history.head()))
                .isPresent();
    }

    @Override
    public void close() {
        context.close();
    }
}
