/** Joins the nodes of an application through Redis or Valkey. */
module dev.tidings.sse.redis {
    requires transitive dev.tidings.sse;
    requires static org.jspecify;
    requires redis.clients.jedis;

    exports dev.tidings.sse.redis;
}
