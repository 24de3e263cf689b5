package dev.tidings.sse.redis;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that start a Redis server. Where there is none they are skipped, loudly, once; with
 * {@code -Dtidings.require=true} they fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RedisCondition.class)
@interface RequiresRedis {

    /** The oldest major version that will do; only a server that the environment names may be older than 7. */
    int major() default 6;
}
