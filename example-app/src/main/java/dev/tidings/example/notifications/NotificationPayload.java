package dev.tidings.example.notifications;

import dev.tidings.example.json.JsonFields;
import dev.tidings.example.web.Text;

/**
 * What the bot wants a user to know.
 *
 * @param userId Discord's id of the user
 * @param title what it is about
 * @param text more about it; empty for nothing
 */
record NotificationPayload(String userId, String title, String text) {

    private static final int MAX_TITLE_LENGTH = 100;
    private static final int MAX_TEXT_LENGTH = 500;

    NotificationPayload {
        Text.check("userId", userId, Text.MAX_ID_LENGTH);
        Text.check("title", title, MAX_TITLE_LENGTH);
        if (!text.isEmpty()) {
            Text.check("text", text, MAX_TEXT_LENGTH);
        }
    }

    /**
     * Reads a body. Fields that are not known are left alone, so that the bot may learn to say more.
     *
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    static NotificationPayload parse(String json) {
        JsonFields fields = JsonFields.parse(json);
        String text = fields.stringOrNull("text");
        return new NotificationPayload(fields.string("userId"), fields.string("title"), text == null ? "" : text);
    }
}
