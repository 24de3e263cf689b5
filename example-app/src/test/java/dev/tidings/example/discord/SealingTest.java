package dev.tidings.example.discord;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingTest {

    private final Sealing sealing = new Sealing("secret");

    @Test
    void whatIsSealedIsOpenedByTheSameSecretForTheSameOwner() {
        String sealed = sealing.seal("a token, été", "1");
        assertThat(sealed).doesNotContain("token");
        assertThat(new Sealing("secret").open(sealed, "1")).hasValue("a token, été");
        assertThat(sealing.open(sealed, "2")).isEmpty();
        assertThat(new Sealing("another").open(sealed, "1")).isEmpty();
    }

    @Test
    void theSameTextIsSealedDifferentlyEachTime() {
        assertThat(sealing.seal("a token", "1")).isNotEqualTo(sealing.seal("a token", "1"));
    }

    @Test
    void noBitCanBeChanged() {
        byte[] sealed = Base64.getDecoder().decode(sealing.seal("a token", "1"));
        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            assertThat(sealing.open(Base64.getEncoder().encodeToString(altered), "1"))
                    .as("byte %d altered", i)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAA", "AAAAAAAAAAAAAAAA", "%%%"})
    void whatWasNotSealedIsNotOpened(String text) {
        assertThat(sealing.open(text, "1")).isEmpty();
    }
}
