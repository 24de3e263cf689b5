// One stream for all tabs: whoever has the lock has the connection, and passes on what comes. See sse-client.d.ts.

const RECENT = 256; // blocks
const RECENT_SIZE = 512 * 1024; // characters: each tab keeps that much, beside the block that came last
const PATIENCE = 10_000; // up to twice that, so that not all tabs ask at once

/** What SseClient's option `share` takes. Undefined where a browser cannot share, as over plain http: one stream each. */
export function tabsOf(scope) {
  if (!scope) throw new TypeError('tabsOf: the scope must name the user or the session');
  return (url, env, host) =>
    env.navigator?.locks && env.BroadcastChannel ? new Seat(`sse:${scope}:${url}`, env, host) : undefined;
}

/**
 * A tab's part. Each block that is passed on names the cursor before it, so a tab sees at once whether it is the next,
 * has come before (the last leader passed it on, too), or leaves a hole; then it asks the leader, who has the last blocks.
 */
class Seat {
  leading = false;
  #name;
  #env;
  #host;
  #me = `${Math.random()}`;
  #channel;
  #request; // for the lock: pending, or granted
  #release;
  #term = 0; // of the leader that was heard last; grows from one to the next
  #recent = []; // the last blocks that moved the cursor
  #recentSize = 0;
  #asking = false;
  #holeAt; // the cursor at which something was missing last
  #timer;
  #unanswered = false; // the leader was asked whether it is there, and has said nothing since

  constructor(name, env, host) {
    this.#name = name;
    this.#env = env;
    this.#host = host;
  }

  /** Takes part, and asks for what was missed; `asked` if the user wants the stream to be tried again. */
  enter(asked) {
    if (!this.#channel) {
      this.#channel = new this.#env.BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    }
    if (!this.#request) this.#compete();
    this.#asking = false;
    this.#ask(asked);
    this.#watchLeader();
  }

  /** Gives way to other tabs, and goes on listening. */
  rest() {
    this.leading = false;
    this.#request?.abort();
    this.#release?.();
    this.#request = this.#release = undefined;
    this.#env.clearTimeout(this.#timer);
  }

  leave() {
    this.rest();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Tells the others of a block; `prev` is the cursor before it. */
  tell(prev, block) {
    if (!this.leading) return;
    this.#remember({ prev, ...block });
    this.#say({ block: { prev, ...block } });
  }

  tellState(state, to) {
    if (this.leading) this.#say({ to, state, term: this.#term });
  }

  signOut() {
    this.#say({ signOut: true });
  }

  /** Asks for the lock, or takes it from who has it. */
  #compete(steal) {
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    const lead = () => {
      if (request !== this.#request) return;
      this.leading = true;
      this.#env.clearTimeout(this.#timer);
      this.#term = Math.max(this.#term + 1, this.#env.Date.now()); // a clock may be set back
      this.#host.lead();
      return new Promise((release) => (this.#release = release));
    };
    const denied = (error) => {
      if (error.name !== 'AbortError') lead(); // not for this page, as in a sandbox: it has a stream of its own then
      else if (request === this.#request) this.#lose();
    };
    const options = steal ? { steal } : { signal: request.signal };
    this.#env.navigator.locks.request(this.#name, options, lead).catch(denied);
  }

  /** A page may stand still and keep the lock, as behind a dialog. It is asked at times, and answers unless it does. */
  #watchLeader() {
    this.#env.clearTimeout(this.#timer);
    this.#unanswered = false;
    const wait = () => (this.#timer = this.#env.setTimeout(look, PATIENCE * (1 + this.#env.Math.random())));
    const look = () => {
      const seen = this.#env.document?.visibilityState !== 'hidden'; // where it is not, timers are late
      if (seen && this.#unanswered) return this.#compete(true);
      this.#unanswered = seen;
      if (seen) this.#say({ from: this.#me, there: true });
      wait();
    };
    wait();
  }

  /** Another tab has taken the lock, since this one stood still. */
  #lose() {
    this.#host.pause();
    this.enter();
  }

  #say(message) {
    this.#channel?.postMessage(message);
  }

  #ask(asked, holeAt) {
    if (this.leading || this.#asking) return;
    this.#asking = true;
    // Where an answer has left the hole, as ids that repeat do, another one like it would leave it, too: for ever.
    const lost = holeAt !== undefined && holeAt === this.#holeAt;
    this.#holeAt = holeAt;
    this.#say({ from: this.#me, cursor: this.#host.client.lastEventId, asked, lost });
  }

  #hear(message) {
    const { to = this.#me, signOut, state, term, block } = message;
    if (!message.from) this.#unanswered = false;
    if (to !== this.#me) return;
    if (signOut) this.#host.signOut();
    else if (message.from) this.#answer(message);
    else if (this.leading) return; // the last leader's last words; the server has them, too
    else if (block) this.#take(block);
    else if (term >= this.#term) {
      this.#term = term;
      this.#asking = false;
      // A leader that pauses gives way, and a tab that waits for the lock has it in a moment: no news.
      if (state.state !== 'paused' || !this.#request) this.#host.show(state);
    }
  }

  #take(block) {
    const { client, deliver } = this.#host;
    const here = client.lastEventId;
    if (block.id !== here && this.#recent.some(({ prev }) => prev === block.id)) return; // has come before
    if (block.prev === here) {
      this.#asking = false;
      if (block.jump) this.#forget(this.#recent.length);
      else this.#remember(block);
      deliver(block);
    } else if (block.id !== here) this.#ask(false, here);
  }

  #answer({ from: to, cursor, asked, lost, there }) {
    if (!this.leading) return;
    const { client, wake } = this.#host;
    if (!there) asked ? client.start() : wake();
    this.tellState(client.snapshot, to);
    if (there) return;
    const end = client.lastEventId;
    if (!/open|offline/.test(client.snapshot.state) || !end) return; // stream.open will come, and show who is elsewhere
    const say = (block) => this.#say({ to, block: { prev: cursor, ...block } });
    const open = JSON.stringify({ resumed: !!cursor, new: [] });
    say({ type: 'stream.open', data: open, id: cursor || end });
    const next = lost ? -1 : this.#recent.findIndex(({ prev }) => prev === cursor);
    if (next >= 0) this.#recent.slice(next).forEach((block) => say(block));
    else if (cursor && cursor !== end) say({ type: 'stream.gap', data: '{"reason":"missed"}', id: end, jump: true });
  }

  #remember(block) {
    if (!block.prev || block.prev === block.id) return;
    this.#recent.push(block);
    this.#recentSize += sizeOf(block);
    while (this.#recent.length > RECENT || (this.#recentSize > RECENT_SIZE && this.#recent.length > 1)) this.#forget(1);
  }

  #forget(count) {
    for (const block of this.#recent.splice(0, count)) this.#recentSize -= sizeOf(block);
  }
}

function sizeOf({ data, id }) {
  return (data?.length ?? 0) + id.length;
}
