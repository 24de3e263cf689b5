package dev.tidings.example.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.AttackedApp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent to any route: a clear answer, nothing stored, nothing given away, and everybody else's page goes on as
 * if nothing had happened.
 */
class HostileInputTest {

    private final AttackedApp app = AttackedApp.demo();
    private String before;

    @BeforeEach
    void remember() {
        before = app.stored();
    }

    @AfterEach
    void everythingElseIsAsBefore() {
        try (app) {
            app.assertThatItStillWorks();
            app.assertThatNothingWasLogged();
        }
    }

    @Test
    void aRequestThatCouldBeReadAsTwoIsReadAsNone() throws IOException {
        String inner = "POST /logout HTTP/1.1\r\nHost: localhost\r\n" + app.sessionHeader() + "\r\n";
        List<String> smuggled = List.of(
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length: -1\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding : chunked\r\n");
        for (String headers : smuggled) {
            String request = "POST /api/webhooks/guild-joined HTTP/1.1\r\nHost: localhost\r\n" + headers
                    + "\r\n0\r\n\r\n" + inner;
            RawAnswer answer = RawAnswer.to(app.address(), request.getBytes(ISO_8859_1));
            assertThat(answer.status()).as(headers).isBetween(400, 499);
            assertThat(answer.body()).as(headers).doesNotContain("HTTP/1.1");
        }
        assertThat(app.stored()).isEqualTo(before);
    }

    @Test
    void whoWaitsToContinueIsRefusedUnheardAndToldThatTheConnectionEnds() throws IOException {
        String head = "PUT /api/preferences HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
                + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        RawAnswer answer = RawAnswer.to(app.address(), head.getBytes(ISO_8859_1));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.head()).containsIgnoringCase("Connection: close");
    }

    @Test
    void noNameThatCannotBeShownSignsIn() {
        for (String value : HostileTexts.VALUES) {
            HttpResponse<String> answer = app.stranger("user=" + HostileTexts.encoded(value));
            assertThat(answer.statusCode()).as(value).isIn(303, 400);
            assertThat(answer.headers().allValues("Set-Cookie")).allMatch(cookie -> cookie.startsWith("session="));
            assertThat(answer.body()).doesNotContain("Exception");
        }
    }

    @Test
    void aSignedWebhookIsStoredWholeOrRefused() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        System.out.println("[hostile] seed " + seed);
        Random random = new Random(seed);
        for (WebhookSample sample : WebhookSample.values()) {
            for (byte[] body : mutations(sample, random)) {
                String id = UUID.randomUUID().toString();
                HttpResponse<String> answer = app.webhook(sample.type(), id, body);
                String what = sample.type() + " " + Attack.abbreviated(body);
                assertThat(answer.statusCode()).as(what).isIn(202, 400, 413);
                assertThat(app.hasWebhook(id)).as(what).isEqualTo(answer.statusCode() == 202);
                if (answer.statusCode() != 202) {
                    Attack.assertThatItIsAProblem(what, answer.statusCode(), answer.body());
                }
            }
        }
    }

    private static List<byte[]> mutations(WebhookSample sample, Random random) {
        List<byte[]> mutations = new ArrayList<>(HostileTexts.BODIES);
        for (String field : sample.fields()) {
            mutations.add(sample.without(field).getBytes(UTF_8));
            for (String value : HostileTexts.JSON_VALUES) {
                mutations.add(sample.with(field, value).getBytes(UTF_8));
            }
        }
        byte[] valid = sample.json().getBytes(UTF_8);
        for (int i = 0; i < 200; i++) {
            byte[] mutated = Arrays.copyOf(valid, random.nextInt(8) == 0 ? random.nextInt(valid.length) : valid.length);
            for (int flips = random.nextInt(4); flips >= 0 && mutated.length > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            mutations.add(mutated);
        }
        return mutations;
    }
}
