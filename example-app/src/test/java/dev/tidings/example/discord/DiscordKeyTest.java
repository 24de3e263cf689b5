package dev.tidings.example.discord;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscordKeyTest {

    /** The test vectors of RFC 8032, section 7.1. */
    @ParameterizedTest
    @CsvSource({
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void theVectorsOfTheStandardVerify(String key, String message, String signature) {
        byte[] bytes = HexFormat.of().parseHex(message);
        assertThat(DiscordKey.parse(key).verifies(signature, bytes)).isTrue();
        assertThat(DiscordKey.parse(key).verifies(signature, bytes, new byte[1]))
                .isFalse();
        for (int i = 0; i < 64; i++) {
            byte[] altered = HexFormat.of().parseHex(signature);
            altered[i] ^= 1;
            assertThat(DiscordKey.parse(key).verifies(HexFormat.of().formatHex(altered), bytes))
                    .as("byte %d altered", i)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00",
                "0xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
                "g75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                " d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511",
                "0200000000000000000000000000000000000000000000000000000000000000", // on no point of the curve
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void whatIsNoKeyIsRefused(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> DiscordKey.parse(hex));
    }

    @Test
    void partsAreVerifiedAsOneText() {
        String empty =
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        DiscordKey key = DiscordKey.parse("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assertThat(key.verifies(empty, new byte[0], new byte[0])).isTrue();
        assertThat(key.verifies(empty, "1".getBytes(UTF_8), new byte[0])).isFalse();
    }
}
