package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.Gap.Reason;
import dev.tidings.sse.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker of the torture test finds each way to break the promise, and nothing else. */
class LedgerCheckTest {

    private static final Topic TOPIC = Topic.of("t");
    private static final int RETAINED = 3;

    private final Ledger ledger = new Ledger();
    private final List<Diary> diaries = new ArrayList<>();

    @Test
    void whoSeesEverythingInOrderHasNoComplaint() {
        stored(1, 2, 3);
        visitor(0).saw(1).saw(2).saw(3);
        visitor(2).saw(3);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void aMissingEventIsFound() {
        stored(1, 2, 3);
        visitor(0).saw(1).saw(3);

        assertThatThrownBy(this::check).hasMessageContaining("misses [t/p/2] before t/p/3");
    }

    @Test
    void aMissingEndIsFound() {
        stored(1, 2, 3);
        visitor(0).saw(1);

        assertThatThrownBy(this::check).hasMessageContaining("never gets 2 events of t, first t/p/2");
    }

    @Test
    void aDuplicateIsFound() {
        stored(1);
        visitor(0).saw(1).saw(1);

        assertThatThrownBy(this::check).hasMessageContaining("sees t/p/1 twice");
    }

    @Test
    void aSecondCopyAtAnotherPlaceIsFound() {
        stored(1);
        visitor(0).saw(1).saw(2, "t/p/1");

        assertThatThrownBy(this::check).hasMessageContaining("t/p/1 is at 2 and at 1");
    }

    @Test
    void anEventBehindItsSuccessorIsFound() {
        stored(1, 2);
        visitor(0).saw(2).saw(1);

        assertThatThrownBy(this::check).hasMessageContaining("sees t/p/1 at 1 behind 2");
    }

    @Test
    void aPublishersEventsThatWereStoredInTheWrongOrderAreFound() {
        ledger.begin(TOPIC, "p", 1).stored(2);
        ledger.begin(TOPIC, "p", 2).stored(1);
        visitor(0).saw(1, "t/p/2").saw(2, "t/p/1");

        assertThatThrownBy(this::check).hasMessageContaining("sees t/p/1 after number 2");
    }

    @Test
    void nodesThatDisagreeAreFound() {
        ledger.begin(TOPIC, "p", 1).failed(false);
        ledger.begin(TOPIC, "q", 1).failed(false);
        visitor(0).saw(1, "t/p/1");
        visitor(0).saw(1, "t/q/1");

        assertThatThrownBy(this::check).hasMessageContaining("share position 1");
    }

    @Test
    void whatMayBeStoredComesToAllOrToNone() {
        ledger.begin(TOPIC, "p", 1).failed(false);
        ledger.begin(TOPIC, "p", 2).failed(false);
        visitor(0).saw(2);
        assertThatCode(this::check).doesNotThrowAnyException();

        visitor(0);
        assertThatThrownBy(this::check).hasMessageContaining("never gets 1 events");
    }

    @Test
    void whatWasRefusedMustNotCome() {
        ledger.begin(TOPIC, "p", 1).failed(true);
        visitor(0).saw(1);

        assertThatThrownBy(this::check).hasMessageContaining("which nobody published");
    }

    @Test
    void anAnswerThatNoPublisherShouldGetIsFound() {
        ledger.complain("t/p/1 failed by a bug");

        assertThatThrownBy(this::check).hasMessageContaining("failed by a bug");
    }

    @Test
    void whatIsOutstandingForEverIsFound() {
        ledger.begin(TOPIC, "p", 1);

        assertThatThrownBy(this::check).hasMessageContaining("t/p/1 is outstanding");
    }

    @Test
    void aGapExplainsWhatWasTrimmed() {
        stored(1, 2, 3, 4);
        visitor(0).missed(Reason.TRIMMED).saw(2).saw(3).saw(4);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void aGapThatRetentionDoesNotExplainIsFound() {
        stored(1, 2, 3, 4);
        visitor(0).saw(1).missed(Reason.TRIMMED).saw(3).saw(4);

        assertThatThrownBy(this::check).hasMessageContaining("are trimmed, and only 2 follow");
    }

    @Test
    void aGapExplainsNothingBehindTheEventThatFollowsIt() {
        stored(1, 2, 3, 4, 5);
        visitor(0).missed(Reason.TRIMMED).saw(2).saw(4).saw(5);

        assertThatThrownBy(this::check).hasMessageContaining("misses [t/p/3]");
    }

    @Test
    void aGapAboutNothingIsFound() {
        stored(1, 2);
        visitor(0).saw(1).missed(Reason.TRIMMED).saw(2);

        assertThatThrownBy(this::check).hasMessageContaining("and nothing is missing");
    }

    @Test
    void aResetWhereNothingIsLostIsFound() {
        stored(1);
        visitor(0).missed(Reason.RESET).saw(1);

        assertThatThrownBy(this::check).hasMessageContaining("by RESET, where nothing is ever reset");
    }

    @Test
    void whatAFilterDropsIsNotMissed() {
        stored(1, 2, 3, 4);
        Diary filtering = new Diary("filtering", List.of(TOPIC), true);
        filtering.begin(Map.of(TOPIC, 0L));
        diaries.add(filtering);
        new Visit(filtering).saw(1).saw(2).saw(4);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void aLostTailIsMissedByNobodyButWhatSurvivedIs() {
        stored(1, 2, 3);
        visitor(0).saw(1).saw(3);

        assertThatCode(() -> checkAfterFailover(1, 3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> checkAfterFailover(1, 2, 3)).hasMessageContaining("misses [t/p/2]");
    }

    @Test
    void whoFollowedALostTailMustBeToldBeforeItGoesOn() {
        stored(1, 2, 3);
        Visit visit = visitor(0).saw(1).saw(2);
        visitor(0).saw(1).saw(2).missed(Reason.RESET).saw(3);
        assertThatCode(() -> checkAfterFailover(1)).doesNotThrowAnyException();

        visit.saw(3);
        assertThatThrownBy(() -> checkAfterFailover(1, 3)).hasMessageContaining("told of no reset");
    }

    @Test
    void whatIsInTheLogAndNobodySawIsFound() {
        ledger.begin(TOPIC, "p", 1).failed(false);
        visitor(0);

        assertThatThrownBy(() -> checkAfterFailover(1)).hasMessageContaining("never gets 1 events");
    }

    @Test
    void afterAResetAnEventMayComeAgain() {
        stored(1, 2);
        visitor(0).saw(1).saw(2).missed(Reason.RESET).saw(3, "t/p/2");

        assertThatCode(() -> LedgerCheck.lossy(ledger, diaries, RETAINED)
                        .survived(TOPIC, 1, "t/p/1")
                        .survived(TOPIC, 3, "t/p/2")
                        .run())
                .doesNotThrowAnyException();
        assertThatThrownBy(this::check).hasMessageContaining("is at 3 and at 2");
    }

    private void stored(int... numbers) {
        for (int number : numbers) {
            ledger.begin(TOPIC, "p", number).stored(number);
        }
    }

    private Visit visitor(long start) {
        Diary diary = new Diary("visitor-" + diaries.size(), List.of(TOPIC), false);
        diary.begin(Map.of(TOPIC, start));
        diaries.add(diary);
        return new Visit(diary);
    }

    private void check() {
        LedgerCheck.lossless(ledger, diaries, RETAINED).run();
    }

    private void checkAfterFailover(int... survivors) {
        LedgerCheck check = LedgerCheck.lossy(ledger, diaries, RETAINED);
        for (int survivor : survivors) {
            check.survived(TOPIC, survivor, "t/p/" + survivor);
        }
        check.run();
    }

    private record Visit(Diary diary) {

        Visit saw(long position) {
            return saw(position, "t/p/" + position);
        }

        Visit saw(long position, String data) {
            diary.saw(TOPIC, position, data);
            return this;
        }

        Visit missed(Reason reason) {
            diary.missed(TOPIC, reason);
            return this;
        }
    }
}
