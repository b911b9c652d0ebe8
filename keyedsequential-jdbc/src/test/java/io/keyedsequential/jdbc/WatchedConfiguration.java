package io.keyedsequential.jdbc;

import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the application's DataSource a {@link WatchedDataSource}. */
@Configuration(proxyBeanMethods = false)
class WatchedConfiguration {

    @Bean
    static BeanPostProcessor watched() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof DataSource dataSource && !(bean instanceof WatchedDataSource)
                        ? new WatchedDataSource(dataSource)
                        : bean;
            }
        };
    }
}
