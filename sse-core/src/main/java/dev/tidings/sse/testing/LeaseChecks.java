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

    private LeaseChecks() {}

    static List<Named> all() {
        return List.of(
                named("a group's leases are in the order in which they were taken", LeaseChecks::areInOrder),
                named("a lease taken again keeps its place", LeaseChecks::takenAgainKeepsItsPlace),
                named("a lease that is released is gone, and no other", LeaseChecks::releasedIsGone),
                named("groups have nothing to do with each other", LeaseChecks::groupsAreApart),
                named("a holder is told as it was given", LeaseChecks::theHolderIsTold));
    }

    private static void areInOrder(Leases leases) {
        Expect.equal("the first answer", List.of(FIRST), await(leases.take(GROUP, FIRST)));
        Expect.equal("the second answer", List.of(FIRST, SECOND), await(leases.take(GROUP, SECOND)));
        Expect.equal("what is held", List.of(FIRST, SECOND), await(leases.held(GROUP)));
    }

    private static void takenAgainKeepsItsPlace(Leases leases) {
        await(leases.take(GROUP, FIRST));
        await(leases.take(GROUP, SECOND));

        Expect.equal("the answer", List.of(FIRST, SECOND), await(leases.take(GROUP, FIRST)));
    }

    private static void releasedIsGone(Leases leases) {
        await(leases.take(GROUP, FIRST));
        await(leases.take(GROUP, SECOND));

        leases.release(GROUP, FIRST);
        Expect.equal("what is held", List.of(SECOND), await(leases.held(GROUP)));
        leases.release(GROUP, FIRST);
        leases.release(GROUP, SECOND);
        Expect.equal("what is held", List.of(), await(leases.held(GROUP)));
    }

    private static void groupsAreApart(Leases leases) {
        await(leases.take(GROUP, FIRST));
        await(leases.take("topic:guild:7", SECOND));

        leases.release("topic:guild:7", FIRST);
        Expect.equal("what the one holds", List.of(FIRST), await(leases.held(GROUP)));
        Expect.equal("what the other holds", List.of(SECOND), await(leases.held("topic:guild:7")));
    }

    private static void theHolderIsTold(Leases leases) {
        Lease nobodys = new Lease("node:3", "");
        Lease odd = new Lease("node:4", "a b:{c}\u00e4\u2713");
        await(leases.take(GROUP, nobodys));
        await(leases.take(GROUP, odd));

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
