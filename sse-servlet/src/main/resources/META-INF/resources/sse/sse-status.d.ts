import type { SseClient } from './sse-client.js';

/**
 * `<sse-status>`: shows a client's state in words, as a live region. The attribute `data-state` is the client's state,
 * or `stale`; `data-reason` is its reason. Style it by these.
 */
export interface SseStatusElement extends HTMLElement {
  client: Pick<SseClient, 'snapshot' | 'subscribe'>;
}

declare global {
  interface HTMLElementTagNameMap {
    'sse-status': SseStatusElement;
  }
}
