package dev.tidings.example;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends webhooks to each of some users in turn, every one again with the same id until it is accepted. */
final class PatientBot implements Runnable {

    private static final long PAUSE_NANOS = MILLISECONDS.toNanos(20);

    private final TestBot bot;
    private final BooleanSupplier over;
    private final List<List<String>> sent = new ArrayList<>();

    PatientBot(URI address, int users, BooleanSupplier over) {
        this.bot = new TestBot(address);
        this.over = over;
        for (int i = 0; i < users; i++) {
            sent.add(new ArrayList<>());
        }
    }

    /** Returns the guilds that a user was told of, in order, once this has run. */
    List<String> sentTo(int user) {
        return sent.get(user);
    }

    @Override
    public void run() {
        String run = Long.toString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
        for (int i = 0; !over.getAsBoolean(); i++) {
            int user = i % sent.size();
            String guild = "" + i;
            send("msg-" + run + "-" + i, user, guild);
            sent.get(user).add(guild);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void send(String id, int user, String guild) {
        String body = "{\"guildId\":\"" + guild + "\",\"guildName\":\"Guild\",\"ownerId\":\"user" + user + "\"}";
        while (!isAccepted(id, body)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean isAccepted(String id, String body) {
        try {
            int status = bot.sendBody("settings-updated", id, body).statusCode();
            if (status != 202 && status < 500) {
                throw new AssertionError("a webhook was answered " + status);
            }
            return status == 202;
        } catch (IllegalStateException connectionLost) {
            return false;
        }
    }
}
