package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneProbe.await;

import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.List;

/** What leases do, where a backplane has some. */
final class LeaseChecks {

    private static final String GROUP = "principal:42";
    private static final Lease FIRST = new Lease("node:1", "42");
    private static final Lease SECOND = new Lease("node:2", "42");
    private static final Lease THIRD = new Lease("node:5", "42");
    private static final int MANY = Integer.MAX_VALUE;

    private LeaseChecks() {}

    static List<Named> all() {
        return List.of(
                named("a group's leases are in the order in which they were taken", LeaseChecks::areInOrder),
                named("a lease taken again keeps its place", LeaseChecks::takenAgainKeepsItsPlace),
                named("those beyond the limit are told, held longest first", LeaseChecks::theOldestAreTooMany),
                named("a lease that is released is gone, and no other", LeaseChecks::releasedIsGone),
                named("groups have nothing to do with each other", LeaseChecks::groupsAreApart),
                named("a holder is told as it was given", LeaseChecks::theHolderIsTold));
    }

    private static void areInOrder(Leases leases) {
        await(leases.take(GROUP, FIRST, MANY));
        await(leases.take(GROUP, SECOND, MANY));

        Expect.equal("what is held", List.of(FIRST, SECOND), await(leases.held(GROUP)));
    }

    private static void takenAgainKeepsItsPlace(Leases leases) {
        await(leases.take(GROUP, FIRST, MANY));
        await(leases.take(GROUP, SECOND, MANY));

        await(leases.take(GROUP, FIRST, MANY));
        Expect.equal("what is held", List.of(FIRST, SECOND), await(leases.held(GROUP)));
    }

    private static void theOldestAreTooMany(Leases leases) {
        Expect.equal("who makes room for the first", List.of(), await(leases.take(GROUP, FIRST, 2)));
        Expect.equal("who makes room for the second", List.of(), await(leases.take(GROUP, SECOND, 2)));
        Expect.equal("who makes room for the third", List.of(FIRST), await(leases.take(GROUP, THIRD, 2)));
        Expect.equal("who is held", List.of(FIRST, SECOND, THIRD), await(leases.held(GROUP)));
        Expect.equal("who makes room for one", List.of(FIRST, SECOND), await(leases.take(GROUP, THIRD, 1)));
    }

    private static void releasedIsGone(Leases leases) {
        await(leases.take(GROUP, FIRST, MANY));
        await(leases.take(GROUP, SECOND, MANY));

        leases.release(GROUP, FIRST);
        Expect.equal("what is held", List.of(SECOND), await(leases.held(GROUP)));
        leases.release(GROUP, FIRST);
        leases.release(GROUP, SECOND);
        Expect.equal("what is held", List.of(), await(leases.held(GROUP)));
    }

    private static void groupsAreApart(Leases leases) {
        await(leases.take(GROUP, FIRST, MANY));
        await(leases.take("topic:guild:7", SECOND, MANY));

        leases.release("topic:guild:7", FIRST);
        Expect.equal("what the one holds", List.of(FIRST), await(leases.held(GROUP)));
        Expect.equal("what the other holds", List.of(SECOND), await(leases.held("topic:guild:7")));
    }

    private static void theHolderIsTold(Leases leases) {
        Lease nobodys = new Lease("node:3", "");
        Lease odd = new Lease("node:4", "a b:{c}\u00e4\u2713");
        await(leases.take(GROUP, nobodys, MANY));
        await(leases.take(GROUP, odd, MANY));

        Expect.equal("what is held", List.of(nobodys, odd), await(leases.held(GROUP)));
    }

    private static Named named(String name, LeasesBody body) {
        return new Named(name, logs -> {
            Backplane backplane = logs.backplane();
            if (backplane.leases().isPresent()) {
                body.run(backplane.leases().get());
            }
        });
    }

    private interface LeasesBody {

        void run(Leases leases);
    }
}
