import type { SseClient } from './sse-client.js';

/**
 * `<sse-status>`: shows a client's state in words, as a live region. The attribute `data-state` is the client's state,
 * or `stale`; `data-reason` is its reason. Style it by these.
 */
export interface SseStatusElement extends HTMLElement {
  /** Whose state is shown; undefined until it is set. Followed while the element is in a document. */
  get client(): Pick<SseClient, 'snapshot' | 'subscribe'> | undefined;
  set client(client: Pick<SseClient, 'snapshot' | 'subscribe'>);
}

declare global {
  interface HTMLElementTagNameMap {
    'sse-status': SseStatusElement;
  }
}
