/** Joins the nodes of an application through Redis or Valkey. */
module dev.tidings.sse.redis {
    requires transitive dev.tidings.sse;
    requires static micrometer.core; // of dev.tidings.sse.redis.micrometer alone
    requires static org.jspecify;
    requires redis.clients.jedis;

    exports dev.tidings.sse.redis;
    exports dev.tidings.sse.redis.micrometer;
}
