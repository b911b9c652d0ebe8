package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Which of the application's DataSources keeps the operations. */
final class DataSourceChoice {

    private final ConfigurableListableBeanFactory beans;
    private final JdbcEngineProperties properties;

    DataSourceChoice(ConfigurableListableBeanFactory beans, JdbcEngineProperties properties) {
        this.beans = beans;
        this.properties = properties;
    }

    /** One of them, of which nothing is wanted. */
    DataSource any() {
        return beans.getBeansOfType(DataSource.class).values().iterator().next();
    }

    /**
     * The one that is named, else the only one, else the primary one.
     *
     * @throws MisconfiguredAtomException if there is none
     */
    DataSource choose() {
        List<String> names = List.of(beans.getBeanNamesForType(DataSource.class));
        String named = properties.dataSource();
        if (named != null) {
            if (!names.contains(named)) {
                throw new MisconfiguredAtomException(
                        "keyedsequential.jdbc.data-source is '%s', and no DataSource bean has that name; there are: %s."
                                .formatted(named, names),
                        "Correct the name.");
            }
            return beans.getBean(named, DataSource.class);
        }
        if (names.isEmpty()) {
            throw new MisconfiguredAtomException(
                    "The engine 'jdbc' keeps operations in the application's database, and there is no DataSource.",
                    "Set spring.datasource.url and add the database's driver; or set the engine of "
                            + "the atoms to memory.");
        }
        try {
            return beans.getBean(DataSource.class);
        } catch (NoUniqueBeanDefinitionException e) {
            throw new MisconfiguredAtomException(
                    "The engine 'jdbc' needs one DataSource, and there are %s, none of them primary.".formatted(names),
                    "Name one with keyedsequential.jdbc.data-source, or make one @Primary.",
                    e);
        }
    }
}
