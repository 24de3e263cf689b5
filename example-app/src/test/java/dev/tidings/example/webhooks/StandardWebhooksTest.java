package dev.tidings.example.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardWebhooksTest {

    // The example of the Standard Webhooks libraries; the signatures here were made by openssl.
    private static final WebhookSecret SECRET = WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long SENT = 1_614_265_330;
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static final WebhookSecret OTHER =
            WebhookSecret.parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

    private final Map<String, String> headers = new HashMap<>(
            Map.of("webhook-id", ID, "webhook-timestamp", String.valueOf(SENT), "webhook-signature", SIGNATURE));

    @Test
    void theKnownExampleIsVerified() throws Exception {
        assertThat(at(SENT).verify(headers::get, BODY)).isEqualTo(ID);
    }

    @Test
    void theKnownExampleIsWhatSigningMakes() {
        assertThat(at(SENT).sign(ID, BODY)).isEqualTo(headers);
    }

    @Test
    void aBodyThatIsNoTextIsVerifiedByItsBytes() throws Exception {
        byte[] body = {0, (byte) 0xff, (byte) 0x80, 'b', 'i', 'n', 'a', 'r', 'y'};
        headers.put("webhook-id", "msg_2");
        headers.put("webhook-signature", "v1,p261h8L6RjFV4sBbMSSiUpdQzhi0L/HxEXmntUIz8yY=");
        assertThat(at(SENT, OTHER).verify(headers::get, body)).isEqualTo("msg_2");
    }

    @Test
    void anyOfSeveralSignaturesMayBeTheRightOne() throws Exception {
        headers.put("webhook-signature", "v1a,AAAA v1,bm90IHRoaXMgb25l v1,%%% " + SIGNATURE);
        assertThat(at(SENT).verify(headers::get, BODY)).isEqualTo(ID);
    }

    @Test
    void whileRotatingTheOldSecretStillVerifiesAndTheNewOneSigns() throws Exception {
        StandardWebhooks rotating = at(SENT, OTHER, SECRET);
        assertThat(rotating.verify(headers::get, BODY)).isEqualTo(ID);
        assertThat(rotating.sign(ID, BODY))
                .isEqualTo(at(SENT, OTHER).sign(ID, BODY))
                .isNotEqualTo(headers);
    }

    @Test
    void anotherSecretsSignatureIsForged() {
        assertThatThrownBy(() -> at(SENT, OTHER).verify(headers::get, BODY))
                .isInstanceOf(InvalidSignatureException.class);
    }

    @Test
    void anotherBodyIsForged() {
        byte[] other = "{\"test\": 2432232315}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> at(SENT).verify(headers::get, other)).isInstanceOf(InvalidSignatureException.class);
    }

    @Test
    void anotherIdIsForged() {
        headers.put("webhook-id", "msg_other");
        assertThatThrownBy(() -> at(SENT).verify(headers::get, BODY)).isInstanceOf(InvalidSignatureException.class);
    }

    @Test
    void anotherTimestampIsForged() {
        headers.put("webhook-timestamp", String.valueOf(SENT + 1));
        assertThatThrownBy(() -> at(SENT).verify(headers::get, BODY)).isInstanceOf(InvalidSignatureException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1,", "v1", "", " ", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE"})
    void whatIsNoSignatureDoesNotVerify(String signature) {
        headers.put("webhook-signature", signature);
        assertThatThrownBy(() -> at(SENT).verify(headers::get, BODY)).isInstanceOf(InvalidSignatureException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-300, 300})
    void fiveMinutesAreTolerated(long offset) throws Exception {
        assertThat(at(SENT + offset).verify(headers::get, BODY)).isEqualTo(ID);
    }

    @ParameterizedTest
    @ValueSource(longs = {-301, 301})
    void moreThanFiveMinutesAreStale(long offset) {
        assertThatThrownBy(() -> at(SENT + offset).verify(headers::get, BODY))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessageContaining("webhook-timestamp is more than 5 minutes off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void aMissingHeaderIsNamed(String name) {
        headers.remove(name);
        assertThatThrownBy(() -> at(SENT).verify(headers::get, BODY))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessage("header " + name + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1614265330", "1614265330.0", "99999999999999999999"})
    void aTimestampThatIsNoNumberIsRefused(String timestamp) {
        headers.put("webhook-timestamp", timestamp);
        assertThatThrownBy(() -> at(SENT).verify(headers::get, BODY)).isInstanceOf(InvalidSignatureException.class);
    }

    @Test
    void anIdTooLongForAKeyIsRefused() {
        headers.put("webhook-id", "m".repeat(129));
        assertThatThrownBy(() -> at(SENT).verify(headers::get, BODY)).hasMessageContaining("webhook-id");
    }

    @Test
    void aSecretIsNotInItsText() {
        assertThat(SECRET.toString()).isEqualTo("WebhookSecret");
    }

    private static StandardWebhooks at(long epochSecond) {
        return at(epochSecond, SECRET);
    }

    private static StandardWebhooks at(long epochSecond, WebhookSecret... secrets) {
        return new StandardWebhooks(List.of(secrets), Clock.fixed(Instant.ofEpochSecond(epochSecond), ZoneOffset.UTC));
    }
}
