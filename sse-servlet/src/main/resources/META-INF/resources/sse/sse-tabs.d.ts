import type { SseShare } from './sse-client.js';

/**
 * Lets all tabs of one user share one stream: one of them has the connection and passes on to the others what comes.
 *
 * ```js
 * new SseClient('/events', { lastEventId, share: tabsOf(user.id) });
 * ```
 *
 * When the tab with the connection goes, or is hidden for longer than its `hiddenGrace`, another one resumes from where
 * it is itself. A tab that was frozen or away gets what it missed from the tab that has the connection, or `stream.gap`
 * with the reason `missed`. A tab with the connection whose page stands still, as behind a dialog, loses it within a minute
 * to one that is seen. Tabs share what has the same URL and the same scope; credentials and headers are those of the
 * tab that connects.
 *
 * Needs Web Locks, and so https or localhost. Where they are missing each tab has a stream of its own. Needs a server whose
 * ids tell events apart, as Tidings' do.
 *
 * @param scope names the user or the session: without it the tabs of one user would be given another's events
 */
export function tabsOf(scope: string): SseShare;
