package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {

    @ParameterizedTest
    @CsvSource({
        "id=a, a",
        "x=1&id=a&y=2, a",
        "id=a&id=b, a",
        "id=, ''",
        "id, ''",
        "id=a=b, a=b",
        "%69d=a, a",
        "id=a%2Bb+c, a+b c",
        "id=%c3%BC, \u00fc",
        "id=\u00fc%41, \u00fcA",
        "&&id=a, a"
    })
    void theFirstValueCounts(String query, String value) {
        assertThat(QueryString.first(query, "id")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x=1", "ID=a", "idd=a", "&&"})
    void whatIsNotThereIsNull(String query) {
        assertThat(QueryString.first(query, "id")).isNull();
    }

    @Test
    void thereNeedNotBeAQuery() {
        assertThat(QueryString.first(null, "id")).isNull();
    }

    /** In other parameters too; signs and digits of other scripts, which lenient parsers take for hex. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "id=%",
                "id=%4",
                "id=%ZZ",
                "id=%+1",
                "id=%-1",
                "id=%\u0661\u0661",
                "id=%FF",
                "id=%C0%80",
                "id=%ED%A0%80",
                "%zz=a",
                "id=a&x=%zz",
                "id=a&=b",
                "="
            })
    void whatIsMalformedIsRefused(String query) {
        assertThatThrownBy(() -> QueryString.first(query, "id")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void veryManyParametersAreRefusedAsContainersDoWhenTheApplicationAsksForOne() {
        String most = "a&".repeat(QueryString.MAX_PARAMETERS - 1) + "id=a";

        assertThat(QueryString.first(most, "id")).isEqualTo("a");
        assertThatThrownBy(() -> QueryString.first(most + "&b", "id")).isInstanceOf(IllegalArgumentException.class);
    }
}
