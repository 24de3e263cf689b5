package dev.tidings.example.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.example.json.RawJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookPayloadTest {

    @Test
    void aWholePayloadIsRead() {
        assertThat(WebhookPayload.parse("""
                        {"guildId":"7","guildName":"Caf\\u00e9 🎲","ownerId":"alice","metadata":{"a":[1]},"more":[{}]}
                        """))
                .isEqualTo(new WebhookPayload("7", "Café 🎲", "alice", new RawJson("{\"a\":[1]}")));
    }

    @Test
    void metadataMayBeLeftOut() {
        assertThat(parse("\"metadatum\":1").metadata()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ \"deep\" : {\"list\": [1, {\"x\": null}, true, \"\\ud83c\"]} }",
                "{\"big\":123456789012345678901234567890,\"tiny\":-0.0,\"exact\":1.10,\"exp\":1E400}",
                "{\"newState\":\"on\",\n\t\"previousState\":\"off\",\"changedBy\":\"🎲\"}"
            })
    void metadataIsKeptToTheCharacter(String metadata) {
        assertThat(parse("\"metadata\":  " + metadata + " ").metadata()).isEqualTo(new RawJson(metadata));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    `[]`                                                 | must be an object
                    `"text"`                                             | must be an object
                    `null`                                               | must be an object
                    ``                                                   | must be an object
                    `{`                                                  | malformed
                    `{"guildId":"7"`                                     | malformed at line 1
                    `not json`                                           | malformed
                    `{"guildId":"7"} {}`                                 | after the JSON object
                    `{"guildId":"7"} x`                                  | malformed
                    `{"guildId":"7","guildId":"8"}`                      | Duplicate
                    `{"guildId":"7","guild\\u0049d":"8"}`                | Duplicate
                    `{"metadata":{"a":1,"a":2}}`                         | Duplicate
                    `{'guildId':"7"}`                                    | malformed
                    `{"guildId":"7",}`                                   | malformed
                    `{"guildId":7,"guildName":"n","ownerId":"o"}`        | guildId must be a string
                    `{"guildId":null,"guildName":"n","ownerId":"o"}`     | guildId must be a string
                    `{"guildName":"n","ownerId":"o"}`                    | guildId is missing
                    `{"guildId":"7","ownerId":"o"}`                      | guildName is missing
                    `{"guildId":"7","guildName":"n"}`                    | ownerId is missing
                    `{"guildId":" ","guildName":"n","ownerId":"o"}`      | guildId must not be blank
                    `{"guildId":"7","guildName":"","ownerId":"o"}`       | guildName must not be blank
                    `{"guildId":"7","guildName":"n","ownerId":"\\n"}`    | ownerId must not be blank
                    `{"guildId":"7","guildName":"a\\u0000","ownerId":"o"}` | control characters
                    `{"guildId":"7","guildName":"a\\ud800","ownerId":"o"}` | control characters
                    `{"guildId":"7","guildName":"n","ownerId":"o","metadata":null}` | metadata must be an object
                    `{"guildId":"7","guildName":"n","ownerId":"o","metadata":[]}`   | metadata must be an object
                    `{"guildId":"7","guildName":"n","ownerId":"o","metadata":"{}"}` | metadata must be an object
                    """)
    void whatIsWrongIsSaid(String json, String complaint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookPayload.parse(json == null ? "" : json))
                .withMessageContaining(complaint)
                .withMessageNotContaining("\n");
    }

    @Test
    void tooLongANameIsRefusedAndTheLongestIsNot() {
        String longest = "🎲".repeat(100);
        assertThat(new WebhookPayload("7", longest, "o", null).guildName()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookPayload("7", longest + "x", "o", null))
                .withMessage("guildName must have at most 100 characters, had 101");
    }

    @Test
    void tooLongAnIdIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookPayload("7".repeat(65), "n", "o", null))
                .withMessageStartingWith("guildId");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookPayload("7", "n", "o".repeat(65), null))
                .withMessageStartingWith("ownerId");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("\"metadata\":{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}"))
                .withMessageContaining("nesting depth");
    }

    private static WebhookPayload parse(String more) {
        return WebhookPayload.parse("{\"guildId\":\"7\",\"guildName\":\"n\",\"ownerId\":\"o\"," + more + "}");
    }
}
