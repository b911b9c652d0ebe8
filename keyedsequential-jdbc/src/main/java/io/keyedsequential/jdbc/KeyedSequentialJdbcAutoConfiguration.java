package io.keyedsequential.jdbc;

import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import io.keyedsequential.spring.engine.HeaderCarrier.MdcHeaders;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** Brings the engine {@code jdbc}. */
@AutoConfiguration(
        before = KeyedSequentialAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "keyedsequential.enabled", matchIfMissing = true)
@EnableConfigurationProperties(JdbcEngineProperties.class)
public final class KeyedSequentialJdbcAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialJdbcAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    JdbcAtomEngine keyedSequentialJdbcEngine(
            JdbcEngineProperties properties,
            ConfigurableListableBeanFactory beans,
            Environment environment,
            ObjectProvider<JsonMapper> mappers) {
        return new JdbcAtomEngine(
                properties,
                new EngineBeans(beans, properties),
                new AtomCompletions(environment)::of,
                mappers.getIfUnique(
                        () -> JsonMapper.builder().findAndAddModules().build()),
                InstantSource.system());
    }

    @Bean
    @ConditionalOnBean(DataSource.class)
    @Conditional(OnSchemaInitialization.class)
    SchemaInitializer keyedSequentialJdbcSchemaInitializer(
            JdbcEngineProperties properties, ConfigurableListableBeanFactory beans) {
        return SchemaInitializer.of(new DataSourceChoice(beans, properties), properties);
    }

    @Bean
    @ConditionalOnClass(name = "org.slf4j.MDC")
    MdcHeaders keyedSequentialJdbcMdcHeaders(JdbcEngineProperties properties) {
        return new MdcHeaders(properties.headers().mdc());
    }

    static final class OnSchemaInitialization extends OnDatabaseInitializationCondition {

        OnSchemaInitialization() {
            super("keyedsequential.jdbc", "keyedsequential.jdbc.initialize-schema");
        }
    }
}
