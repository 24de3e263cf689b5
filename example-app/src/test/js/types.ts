// Compiled, never run: what the types allow, and what they refuse.
import { SseClient, type SseSnapshot } from '/sse/sse-client.js';
import { tabsOf } from '/sse/sse-tabs.js';

interface Events {
  'guild-joined': { name: string };
}

const client = new SseClient<Events>(new URL('https://example.org/events'), {
  lastEventId: null,
  share: tabsOf('42'),
  headers: async () => ({ Authorization: 'Bearer x' }),
  onUnauthorized: (status: number) => status === 401,
  filter: (data, { type }) => type === 'guild-joined' && data.name !== '',
});

const off: () => void = client.on('guild-joined', ({ name }, event) => [name.length, event.lastEventId.length]);
client.on('stream.gap', ({ topic, reason }) => [topic?.length, reason === 'missed']);
client.on('stream.close', ({ reconnect }) => reconnect === false);
const snapshot: SseSnapshot = client.snapshot;
new SseClient('/events').on('anything', (data) => data);

// @ts-expect-error no such event
client.on('guild-joinde', () => {});
// @ts-expect-error no such property of the event
client.on('guild-joined', ({ nam }) => nam);
// @ts-expect-error no such option
new SseClient('/events', { maxAttempt: 5 });
// @ts-expect-error the snapshot does not change
snapshot.state = 'open';
// @ts-expect-error no such state
snapshot.state === 'opened';
// @ts-expect-error a scope is needed
tabsOf();
off();
