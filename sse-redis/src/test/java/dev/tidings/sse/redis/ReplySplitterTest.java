package dev.tidings.sse.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplySplitterTest {

    private static final List<String> REPLIES = List.of(
            "+OK\r\n",
            ":7\r\n",
            "-ERR no\r\n",
            "$5\r\nab\r\nc\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "*0\r\n",
            "*2\r\n*2\r\n:1\r\n$1\r\nx\r\n$-1\r\n",
            "*3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$3\r\nä!\r\n",
            ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\np\r\n",
            "%1\r\n+k\r\n*1\r\n:2\r\n");

    @Test
    void repliesAreFoundHoweverTheyAreCut() {
        byte[] all = String.join("", REPLIES).getBytes(UTF_8);
        for (int piece = 1; piece <= all.length; piece++) {
            ReplySplitter splitter = new ReplySplitter();
            List<String> found = new ArrayList<>();
            for (int from = 0; from < all.length; from += piece) {
                byte[] bytes = Arrays.copyOfRange(all, from, Math.min(all.length, from + piece));
                splitter.accept(bytes, bytes.length).forEach(reply -> found.add(new String(reply, UTF_8)));
            }
            assertThat(found).as("in pieces of %d", piece).isEqualTo(REPLIES);
        }
    }

    @Test
    void announcementsAreToldFromAnswers() {
        assertThat(REPLIES.stream().filter(reply -> ReplySplitter.isMessage(reply.getBytes(UTF_8))))
                .hasSize(2)
                .allMatch(reply -> reply.contains("message"));
    }
}
