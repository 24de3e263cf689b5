/**
 * The browser client of Tidings: one stream of Server-Sent Events that resumes after a drop.
 *
 * ```js
 * import { SseClient } from '/sse/sse-client.js';
 *
 * const client = new SseClient('/events', { lastEventId: cursorThatCameWithThePagesData });
 * client.on('guild-joined', (guild) => show(guild));
 * client.on('stream.gap', () => fetchThePagesDataAgain());
 * client.start();
 * ```
 *
 * *Delivery.* Events come in the order of the stream. After a drop the client asks for what followed the last `id:` it
 * saw. What the server no longer has is announced by `stream.gap`: fetch the page's data again.
 *
 * *Retries.* After the first failure in a row the client waits about 1 s, then 2, 4, 8, 16, ... at most `cap`, each
 * spread over its upper half. After `maxAttempts` retries it is `failed`, and tries again when the user asks
 * (`retryNow`), the network comes back, or the page is shown. Failures count as past only once a stream has lasted.
 *
 * *Pages that nobody sees.* A page that is hidden for longer than `hiddenGrace`, is frozen, or goes into the
 * back/forward cache lets go of the stream, and resumes without loss when it is seen again.
 *
 * *One stream for all tabs:* see `share`, and sse-tabs.
 *
 * *After `close()`* nothing more is delivered and nothing is requested, until `start()`.
 */
export class SseClient<Events extends object = Record<string, unknown>> {
  /** `env` is the global object the client lives in; tests give their own. */
  constructor(url: string | URL, options?: SseOptions, env?: SseEnv);

  /** Connects now, unless a connection is open or under way; past failures are forgotten. */
  start(): void;

  /** The same as `start()`, for the button that says so. */
  retryNow(): void;

  /** Ends the stream of this page for good. Tabs that share it go on. */
  close(): void;

  /** For the page that signs out: ends the stream in all tabs that share it, as `failed`, `unauthorized`. */
  signOut(): void;

  /**
   * Calls the listener for each event of this type. An error it throws is reported and stops nothing else.
   * @returns a function that removes the listener
   */
  on<Type extends keyof (Events & ControlEvents) & string>(
    type: Type,
    listener: (data: (Events & ControlEvents)[Type], event: SseEvent) => void,
  ): () => void;

  /**
   * Calls the watcher after each change of `snapshot`. Needs no `this`, so `useSyncExternalStore(client.subscribe,
   * () => client.snapshot)` is all that React needs.
   * @returns a function that removes the watcher
   */
  subscribe: (watcher: () => void) => () => void;

  /** The state now: a new frozen object for each change, the same one in between. */
  readonly snapshot: SseSnapshot;

  /** Where a reconnect resumes; empty for the stream's end. */
  readonly lastEventId: string;
}

export interface SseOptions {
  /** Where the first connection resumes: the cursor that came with the page's data. */
  lastEventId?: string | null;
  /** The first retry's delay in milliseconds, until the server sends a `retry:`. Default 1000. */
  base?: number;
  /** The longest of the growing delays, in milliseconds. Default 30000. */
  cap?: number;
  /** Retries in a row before the client gives up; `Infinity` for never. Default 5. */
  maxAttempts?: number;
  /**
   * How long, in milliseconds, a stream must last for failures to be forgotten; the silence of one that is given up does
   * not count. Default 5000.
   */
  stableAfter?: number;
  /** Silence, in milliseconds, that ends a connection, until the server announces its heartbeat. Default 45000. */
  heartbeatTimeout?: number;
  /** How long, in milliseconds, a hidden page keeps its stream; `Infinity` for ever. Default 30000. */
  hiddenGrace?: number;
  /** Shares one stream between all tabs: `tabsOf(userId)` of sse-tabs. Default: each tab has its own. */
  share?: SseShare;
  /**
   * Which events listeners get, such as those of one guild. The cursor moves past the others; control events always come.
   * One that throws is reported, and keeps the event back.
   */
  filter?: (data: any, event: SseEvent) => boolean;
  /** As in fetch(). Default 'same-origin'. */
  credentials?: RequestCredentials;
  /** Further request headers; asked before each connection, so that a token can be fresh. */
  headers?: () => HeadersInit | Promise<HeadersInit>;
  /**
   * Asked at a 401, a 403, or a redirect to a page (status 200): true if credentials were renewed and another try is
   * due. Asked once, and again only after a stream has lasted.
   */
  onUnauthorized?: (status: number) => boolean | Promise<boolean>;
}

export type SseState =
  | 'idle' // not started
  | 'connecting' // also while a server that announces heartbeats, as Tidings does, has not said yet what is open
  | 'open'
  | 'waiting' // for the next attempt, at retryAt
  | 'offline' // the browser says so; an open stream goes on being read, and a lost one is tried every `cap`
  | 'paused' // the page is not seen
  | 'failed' // gave up; reason 'attempts' tries again by itself when the network or the page comes back
  | 'closed'; // by the page or for good by the server

export interface SseSnapshot {
  readonly state: SseState;
  /**
   * Why it is in that state; empty if nothing is wrong. `network`, `end`, `heartbeat`, `http 503`, `content-type`,
   * `unauthorized`, `attempts`, `server-stop` (204), `client` (`close()`), `hidden`, or the reason of a `stream.close`.
   */
  readonly reason: string;
  /** Failures in a row so far. A stream that ended with `changed` is none. */
  readonly attempt: number;
  /** When the next attempt is due, in milliseconds since the epoch; 0 unless waiting. */
  readonly retryAt: number;
  /** The server cannot reach its backplane: the stream is open, but events are late. */
  readonly stale: boolean;
  /** Whether this tab has the connection (`solo` if it does not share), or another one has. */
  readonly role: 'solo' | 'leader' | 'follower';
}

export interface SseEvent {
  readonly type: string;
  /** The text as sent. Listeners get it parsed if it is JSON, else as it is. */
  readonly data: string;
  readonly lastEventId: string;
}

/** What the server says about the stream itself. */
export interface ControlEvents {
  /** Begins each stream. From another tab, when this one joins or comes back: without `heartbeat`. */
  'stream.open': { heartbeat?: number; resumed: boolean; new: string[] };
  /** `missed`, without a topic: no other tab remembers what this one missed. */
  'stream.gap': { topic?: string; reason: 'trimmed' | 'reset' | 'slow' | 'bad-cursor' | 'missed' };
  'stream.status': { state: 'stale' | 'fresh' };
  'stream.cursor': Record<string, never>;
  'stream.close': {
    reason: 'expired' | 'revoked' | 'replaced' | 'changed' | 'drain' | 'limit' | 'slow' | 'error';
    reconnect: boolean;
  };
}

/** What sse-tabs gives, and the client takes; nothing for others to call. */
export type SseShare = (url: string | URL, env: SseEnv, host: any) => any;

/** What the client uses of the global object. Without events and a document it works, too. */
export interface SseEnv {
  fetch: typeof fetch;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: any): void;
  reportError(error: unknown): void;
  Date: { now(): number };
  Math: { random(): number };
  navigator?: { onLine?: boolean; locks?: any };
  BroadcastChannel?: any;
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  document?: {
    visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
}

/** The delay before retry `attempt` (1, 2, ...), in milliseconds; `random` is in [0, 1). */
export function backoff(attempt: number, base: number, cap: number, random: number): number;

/** An incremental parser of the event stream format. A block that the end of the stream cuts off is dropped. */
export class SseParser {
  constructor(onBlock: (block: SseBlock) => void, lastEventId: string);
  push(bytes: Uint8Array): void;
}

export interface SseBlock {
  type: string;
  /** Absent if the block had no `data:`; such a block is no event, but may carry an id or a retry. */
  data?: string;
  /** The last id seen, in this block or before it. */
  id: string;
  retry?: number;
}
