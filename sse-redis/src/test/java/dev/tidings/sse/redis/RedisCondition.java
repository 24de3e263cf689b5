package dev.tidings.sse.redis;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides about {@link RequiresRedis}. */
final class RedisCondition implements ExecutionCondition {

    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        int major = Math.max(
                RedisBinary.oldest(),
                context.getRequiredTestClass()
                        .getAnnotation(RequiresRedis.class)
                        .major());
        Optional<RedisBinary> binary = RedisBinary.find();
        if (binary.isPresent() && binary.get().major() >= major) {
            return ConditionEvaluationResult.enabled("there is a Redis server");
        }
        String problem = binary.map(tooOld -> tooOld.path() + " is of version " + tooOld.version())
                .orElse("No redis-server was found");
        if (Boolean.getBoolean("tidings.require")) {
            throw new IllegalStateException(problem + " (required by -Dtidings.require=true)");
        }
        if (!SAID.getAndSet(true)) {
            System.err.printf("""

                    [WARNING] ================================================================
                    [WARNING]  The tests of the Redis backplane did NOT run.
                    [WARNING]  %s.
                    [WARNING]  Install Redis or Valkey %d or later, or name its server in
                    [WARNING]  the environment variable %s.
                    [WARNING] ================================================================

                    """, problem, major, RedisBinary.VARIABLE);
        }
        return ConditionEvaluationResult.disabled(problem);
    }
}
