import assert from 'node:assert/strict';
import test from 'node:test';
import { SseClient } from '../../main/resources/META-INF/resources/sse/sse-client.js';
import { tabsOf } from '../../main/resources/META-INF/resources/sse/sse-tabs.js';
import { FakeBrowser, describe, settled, started } from './fake-browser.mjs';

const OPEN = 'id: c0\nevent: stream.open\nretry: 1000\ndata: {"heartbeat":15000,"resumed":false,"new":[]}\n\n';
const GAP = [{ reason: 'missed' }];

/** A tab whose client shares, with what it was told. */
async function tab(browser, { scope = 'alice', visibilityState = 'visible', ...options } = {}) {
  const page = browser.tab();
  page.document.visibilityState = visibilityState;
  const client = new SseClient('/events', { share: tabsOf(scope), ...options }, page);
  const seen = [];
  const gaps = [];
  const opens = [];
  client.on('message', (data) => seen.push(data));
  client.on('stream.gap', (data) => gaps.push(data));
  client.on('stream.open', (data) => opens.push(data));
  client.start();
  await settled();
  return { page, client, seen, gaps, opens };
}

async function tabs(count, browser = new FakeBrowser().answers({}), options) {
  const all = [];
  while (all.length < count) all.push(await tab(browser, options));
  await browser.send(OPEN);
  return [browser, ...all];
}

function sends(browser, ...numbers) {
  return browser.send(numbers.map((number) => `id: c${number}\ndata: ${number}\n\n`).join(''));
}

function roles(...all) {
  return all.map(({ client }) => client.snapshot.role);
}

// --- one stream

test('ten tabs have one stream, and all of them get all of it', async () => {
  const [browser, ...all] = await tabs(10);
  await sends(browser, 1, 2, 3);
  assert.equal(browser.requests.length, 1);
  assert.deepEqual(roles(...all), ['leader', ...Array(9).fill('follower')]);
  for (const { seen, client, opens } of all) {
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(client.lastEventId, 'c3');
    assert.equal(describe(client), 'open');
    assert.equal(opens.length, 1);
  }
});

test('a scope is needed, and keeps people apart; so does the URL', async () => {
  for (const scope of [undefined, null, '']) assert.throws(() => tabsOf(scope), TypeError);
  const browser = new FakeBrowser().answers({});
  const alice = await tab(browser);
  const bob = await tab(browser, { scope: 'bob' });
  await sends(browser, 1);
  assert.equal(browser.requests.length, 2);
  assert.deepEqual([alice.seen, bob.seen], [[], [1]]);
});

test('where a browser has no locks, each tab has its own stream', async () => {
  const browser = new FakeBrowser().answers({});
  const page = browser.tab();
  page.navigator = { onLine: true };
  const { client } = await started(page, { share: tabsOf('alice') });
  assert.equal(describe(client), 'open');
  assert.equal(client.snapshot.role, 'solo');
  assert.equal(browser.openChannels, 0);
});

test('a page that may not have locks has its own stream', async () => {
  const browser = new FakeBrowser().answers({});
  const page = browser.tab();
  page.navigator.locks = { request: async () => Promise.reject(new DOMException('sandboxed', 'SecurityError')) };
  const { client } = await started(page, { share: tabsOf('alice') });
  assert.equal(describe(client), 'open');
});

test('each tab filters for itself', async () => {
  const browser = new FakeBrowser().answers({});
  const first = await tab(browser, { filter: (data) => data % 2 === 0 });
  const second = await tab(browser, { filter: (data) => data % 2 === 1 });
  await browser.send(OPEN);
  await sends(browser, 1, 2, 3, 4);
  assert.deepEqual([first.seen, second.seen], [[2, 4], [1, 3]]);
});

// --- its states, in all tabs

test('what happens to the stream is shown in all tabs', async () => {
  const [browser, , second] = await tabs(2, new FakeBrowser().answers({}, { status: 503 }, {}));
  await browser.send('event: stream.status\ndata: {"state":"stale"}\n\n');
  assert.equal(second.client.snapshot.stale, true);
  await browser.drop();
  assert.equal(describe(second.client), 'waiting(network)');
  assert.equal(second.client.snapshot.retryAt, browser.time + 500);
  await browser.advance(500);
  assert.equal(describe(second.client), 'waiting(http 503)');
  assert.equal(second.client.snapshot.attempt, 2);
  assert.ok(Object.isFrozen(second.client.snapshot));
});

test('a replaced stream stays so in all tabs and with a new leader, until the user asks in any of them', async () => {
  const [browser, first, second, third] = await tabs(3);
  await browser.send('id: closed\nevent: stream.close\ndata: {"reason":"replaced","reconnect":false}\n\n');
  for (const { client } of [first, second, third]) assert.equal(describe(client), 'closed(replaced)');
  await first.page.page('pagehide');
  for (const { page } of [second, third]) await page.page('visibilitychange');
  await browser.advance(3_600_000);
  assert.equal(browser.requests.length, 1);
  assert.deepEqual(roles(second, third), ['leader', 'follower']);
  third.client.retryNow();
  await settled();
  assert.equal(browser.requests.length, 2);
  assert.equal(browser.last.lastEventId, 'c0');
  for (const { client } of [second, third]) assert.equal(describe(client), 'open');
});

test('after giving up, a tab that comes to the front makes the leader try again', async () => {
  const browser = new FakeBrowser().answers('network');
  const first = await tab(browser);
  const second = await tab(browser);
  await browser.advance(100_000);
  assert.equal(describe(second.client), 'failed(attempts)');
  const before = browser.requests.length;
  await first.page.page('visibilitychange', 'hidden');
  assert.equal(browser.requests.length, before);
  await second.page.page('visibilitychange');
  assert.equal(browser.requests.length, before + 1);
});

test('a tab that comes back after giving up tries again, also when it has given up its lead meanwhile', async () => {
  const browser = new FakeBrowser().answers('network');
  const only = await tab(browser);
  await browser.advance(100_000);
  assert.equal(describe(only.client), 'failed(attempts)');
  await only.page.page('visibilitychange', 'hidden');
  await browser.advance(30_000);
  assert.equal(browser.lockRequests, 0);
  browser.answers({});
  await only.page.page('visibilitychange', 'visible');
  assert.equal(describe(only.client), 'open');
});

test('a hidden tab that takes the lead of a stream that was given up leaves it alone', async () => {
  const browser = new FakeBrowser().answers('network');
  const first = await tab(browser);
  const second = await tab(browser, { visibilityState: 'hidden', hiddenGrace: Infinity });
  await browser.advance(100_000);
  const before = browser.requests.length;
  first.client.close();
  await settled();
  assert.deepEqual(roles(second), ['leader']);
  assert.equal(describe(second.client), 'failed(attempts)');
  assert.equal(browser.requests.length, before);
});

test('signing out in one tab ends the stream in all, whoever leads', async () => {
  for (const who of [0, 1]) {
    const [browser, ...all] = await tabs(3);
    all[who].client.signOut();
    await settled();
    for (const { client } of all) assert.equal(describe(client), 'failed(unauthorized)');
    assert.ok(browser.last.aborted);
    for (const { page } of all) await page.page('visibilitychange');
    await browser.advance(3_600_000);
    assert.equal(browser.requests.length, 1);
  }
});

// --- another leader

test('when the leader goes, the next one resumes where it is itself', async () => {
  for (const go of [(leader) => leader.client.close(), (leader) => leader.page.page('pagehide')]) {
    const [browser, first, second, third] = await tabs(3);
    await sends(browser, 1);
    go(first);
    await settled();
    assert.equal(browser.requests.length, 2);
    assert.ok(browser.requests[0].aborted);
    assert.equal(browser.last.lastEventId, 'c1');
    await sends(browser, 2);
    assert.deepEqual([second.seen, third.seen], [[1, 2], [1, 2]]);
    assert.deepEqual(roles(second, third), ['leader', 'follower']);
  }
});

test('what the last leader said reaches nobody twice when the next one says it again', async () => {
  const [browser, first, second, third] = await tabs(3);
  const arrive = first.page.holdMessages();
  await sends(browser, 1);
  first.client.close();
  await settled();
  assert.equal(browser.last.lastEventId, 'c0', 'the next leader has not heard of it');
  await browser.send(OPEN);
  await sends(browser, 1);
  await arrive();
  await sends(browser, 2);
  assert.deepEqual([second.seen, third.seen], [[1, 2], [1, 2]]);
  assert.deepEqual([...second.gaps, ...third.gaps], []);
  assert.deepEqual([second.opens.length, third.opens.length], [2, 2], 'and nobody had to ask');
});

test('what the last leader said reaches nobody twice when it arrives before the stream of the next one', async () => {
  const [browser, first, second, third] = await tabs(3);
  const arrive = first.page.holdMessages();
  await sends(browser, 1);
  first.client.close();
  await settled();
  await arrive();
  await browser.send(OPEN);
  await sends(browser, 1, 2);
  assert.deepEqual([second.seen, third.seen], [[1, 2], [1, 2]]);
});

test('a tab that is ahead of the next leader hears nothing twice, and misses nothing', async () => {
  const [browser, first, second, third] = await tabs(3);
  await second.page.page('pagehide');
  await sends(browser, 1, 2);
  const arrive = first.page.holdMessages();
  await second.page.page('pageshow'); // the answer is slow
  await third.page.page('freeze'); // or it would be the next leader
  first.client.close();
  await settled();
  await third.page.page('resume');
  assert.deepEqual(roles(second, third), ['leader', 'follower']);
  assert.equal(browser.last.lastEventId, 'c0');
  await browser.send(OPEN);
  await sends(browser, 1, 2, 3);
  await arrive();
  assert.deepEqual([second.seen, third.seen], [[1, 2, 3], [1, 2, 3]]);
  assert.deepEqual([...second.gaps, ...third.gaps.slice(1)], []);
});

test("an old leader's last state does not cover the new one's", async () => {
  const [browser, first, , third] = await tabs(3);
  await first.page.page('visibilitychange', 'hidden');
  await browser.advance(29_999);
  const arrive = first.page.holdMessages();
  await browser.advance(1);
  assert.equal(browser.requests.length, 2);
  assert.equal(describe(third.client), 'open');
  await arrive();
  assert.equal(describe(third.client), 'open');
});

test('a clock that is set back does not cover the new leader', async () => {
  const [browser, first, , third] = await tabs(3, new FakeBrowser().answers({}, 'network'));
  browser.time -= 3_600_000;
  first.client.close();
  await settled();
  assert.equal(describe(third.client), 'waiting(network)');
});

test('a tab that leaves while it becomes the leader does not', async () => {
  const [browser, first, second, third] = await tabs(3);
  first.client.close();
  for (let i = 0; i < 5; i++) await null; // the lock is on its way to the second
  await second.page.page('pagehide');
  assert.deepEqual(roles(second, third), ['follower', 'leader']);
  assert.equal(browser.requests.length, 2);
  assert.equal(browser.lockRequests, 1);
});

test('a leader that is hidden for long gives way to a tab that is not', async () => {
  const [browser, first, second] = await tabs(2);
  await first.page.page('visibilitychange', 'hidden');
  await browser.advance(29_999);
  assert.deepEqual(roles(first, second), ['leader', 'follower']);
  await browser.advance(1);
  assert.deepEqual(roles(first, second), ['follower', 'leader']);
  await sends(browser, 1);
  assert.deepEqual([first.seen, second.seen], [[1], [1]], 'and goes on listening');
});

test('a tab that is seen is never shown as paused when a hidden one gives way to it', async () => {
  const [browser, first, second, third] = await tabs(3);
  const states = [];
  for (const { client } of [second, third]) client.subscribe(() => states.push(describe(client)));
  await first.page.page('visibilitychange', 'hidden');
  await browser.advance(30_000);
  assert.deepEqual(roles(first, second, third), ['follower', 'leader', 'follower']);
  assert.deepEqual(new Set(states), new Set(['connecting', 'open']));
});

test('tabs that are all hidden have no stream; the first one seen has it again, and tells the others', async () => {
  const [browser, first, second] = await tabs(2);
  for (const { page } of [first, second]) await page.page('visibilitychange', 'hidden');
  await browser.advance(30_000);
  for (const { client } of [first, second]) assert.equal(describe(client), 'paused(hidden)');
  assert.ok(browser.last.aborted);
  const before = browser.requests.length;
  await second.page.page('visibilitychange', 'visible');
  assert.equal(browser.requests.length, before + 1);
  assert.deepEqual(roles(first, second), ['follower', 'leader']);
  await sends(browser, 1);
  assert.deepEqual([first.seen, second.seen], [[1], [1]]);
});

test('a leader whose page stands still loses the stream to a tab that is seen, and follows it when it goes on', async () => {
  const [browser, first, second, third] = await tabs(3);
  await third.page.page('visibilitychange', 'hidden');
  const goOn = first.page.holdMessages();
  await sends(browser, 1);
  assert.deepEqual([second.seen, third.seen], [[], []]);
  await browser.advance(20_000);
  assert.equal(browser.requests.length, 2);
  assert.equal(browser.last.lastEventId, 'c0');
  await browser.send(OPEN);
  await sends(browser, 1, 2);
  await goOn();
  await sends(browser, 3);
  assert.deepEqual(roles(first, second, third), ['follower', 'leader', 'follower']);
  assert.ok(browser.requests[0].aborted);
  for (const { seen, client, gaps } of [first, second, third]) {
    assert.deepEqual([seen, gaps, describe(client)], [[1, 2, 3], [], 'open']);
  }
  await browser.send(':\n\n');
  await browser.advance(40_000);
  assert.equal(browser.requests.length, 2, 'and all is quiet then');
});

test('a leader that is there keeps the stream, however quiet it is and whatever has become of it', async () => {
  const browser = new FakeBrowser().answers({ headers: { 'sse-heartbeat': '3600000' } }, { status: 404 });
  const first = await tab(browser, { hiddenGrace: Infinity });
  const second = await tab(browser);
  await first.page.page('visibilitychange', 'hidden');
  await browser.advance(600_000);
  assert.deepEqual([...roles(first, second), browser.requests.length], ['leader', 'follower', 1]);
  await browser.drop();
  await browser.advance(600_000);
  assert.equal(describe(second.client), 'failed(http 404)');
  assert.deepEqual([...roles(first, second), browser.requests.length], ['leader', 'follower', 2]);
});

test('several tabs that miss their leader take the stream once', async () => {
  const [browser, first, ...others] = await tabs(5);
  first.page.holdMessages();
  await browser.advance(25_000);
  assert.equal(browser.requests.length, 2);
  assert.equal(roles(...others).filter((role) => role === 'leader').length, 1);
});

// --- who comes later, or comes back

test('a tab that was away gets from the leader what it missed', async () => {
  for (const [gone, back] of [['pagehide', 'pageshow'], ['freeze', 'resume']]) {
    const [browser, , second] = await tabs(2);
    await sends(browser, 1);
    await second.page.page(gone);
    assert.equal(browser.lockRequests, 1);
    assert.equal(browser.openChannels, 1, 'an open channel would keep it out of the back/forward cache');
    await sends(browser, 2, 3);
    await second.page.page(back);
    await sends(browser, 4);
    assert.deepEqual(second.seen, [1, 2, 3, 4]);
    assert.deepEqual(second.gaps, []);
    assert.equal(describe(second.client), 'open');
    assert.equal(browser.requests.length, 1);
  }
});

test('a tab that was away for longer than the leader remembers is told of the gap', async () => {
  const [browser, , second] = await tabs(2);
  await second.page.page('freeze');
  await sends(browser, ...Array.from({ length: 257 }, (_, i) => i + 1));
  await second.page.page('resume');
  assert.deepEqual([second.seen, second.gaps], [[], GAP]);
  assert.equal(second.client.lastEventId, 'c257');
  await sends(browser, 258);
  assert.deepEqual(second.seen, [258]);
});

test('as much as the leader remembers is made up for', async () => {
  const [browser, , second] = await tabs(2);
  await second.page.page('freeze');
  await sends(browser, ...Array.from({ length: 256 }, (_, i) => i + 1));
  await second.page.page('resume');
  assert.deepEqual([second.seen.length, second.gaps], [256, []]);
});

test('a few large events are not all remembered: a tab keeps at most 512 thousand characters of them', async () => {
  const [browser, , second] = await tabs(2);
  const large = (number) => browser.send(`id: c${number}\ndata: "${'x'.repeat(300_000)}"\n\n`);
  await second.page.page('freeze');
  await large(1);
  await second.page.page('resume');
  assert.deepEqual([second.seen.length, second.gaps], [1, []]);
  await second.page.page('freeze');
  await large(2);
  await large(3);
  await second.page.page('resume');
  assert.deepEqual([second.seen.length, second.gaps], [1, GAP]);
});

test("a new tab's cursor from its page is good with the leader, too", async () => {
  const [browser, , second] = await tabs(2);
  await sends(browser, 1, 2, 3);
  const late = await tab(browser, { lastEventId: 'c1' });
  assert.deepEqual([late.seen, late.gaps], [[2, 3], []]);
  assert.deepEqual(late.opens, [{ resumed: true, new: [] }]);
  const latest = await tab(browser, { lastEventId: 'c3' });
  assert.deepEqual([latest.seen, latest.gaps, latest.opens.length], [[], [], 1]);
  assert.deepEqual([second.seen, second.opens.length], [[1, 2, 3], 1], 'an answer is for who asked');
});

test('a cursor that the leader does not know is a gap, and what follows comes', async () => {
  const [browser] = await tabs(1);
  const late = await tab(browser, { lastEventId: 'elsewhere' });
  assert.deepEqual(late.gaps, GAP);
  await sends(browser, 1);
  assert.deepEqual(late.seen, [1]);
});

test('a tab without a cursor begins at the end', async () => {
  const [browser] = await tabs(1);
  await sends(browser, 1);
  const late = await tab(browser);
  await sends(browser, 2);
  assert.deepEqual([late.seen, late.gaps, late.opens], [[2], [], [{ resumed: false, new: [] }]]);
});

test('tabs that open at once with different cursors all learn where they are', async () => {
  const browser = new FakeBrowser().answers({});
  const first = await tab(browser, { lastEventId: 'c0' });
  const second = await tab(browser, { lastEventId: 'c1' });
  const third = await tab(browser);
  await browser.send(OPEN);
  await sends(browser, 1, 2);
  assert.deepEqual(first.seen, [1, 2]);
  assert.equal(second.client.lastEventId, 'c2');
  assert.ok(second.gaps.length === 1 || second.seen.length === 1, 'nothing is missing in silence');
  assert.equal(third.client.lastEventId, 'c2');
  assert.equal(third.opens[0].resumed, false);
});

test('ids that repeat, against the standard, make a gap and not a storm', async () => {
  const [browser, , second] = await tabs(2);
  await sends(browser, 1, 2, 3, 2, 4);
  assert.equal(second.client.lastEventId, 'c4');
  assert.deepEqual(second.gaps, GAP);
});

test('a closed tab hears no more, and may come back', async () => {
  const [browser, , second] = await tabs(2);
  second.client.close();
  await sends(browser, 1);
  assert.equal(describe(second.client), 'closed(client)');
  assert.deepEqual(second.seen, []);
  second.client.start();
  await settled();
  assert.equal(describe(second.client), 'open');
  assert.deepEqual(second.seen, [1]);
});

// --- all of it together

test('whatever tabs do, each gets everything once and in order, or is told of a gap', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const random = mulberry32(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const browser = new FakeBrowser();
  const log = new FakeLog(browser);
  const all = [];
  const show = async ({ page }) => {
    await page.page('pageshow', 'visible');
    await page.page('visibilitychange');
  };
  const open = async () => {
    const page = browser.tab();
    page.fetch = log.fetch;
    const { client } = await started(page, { share: tabsOf('x'), lastEventId: log.end, maxAttempts: Infinity });
    const one = { page, client, at: Number(log.end.slice(1)), seen: 0 };
    client.on('message', (number) => {
      assert.equal(number, one.at + 1, `seed ${seed}: after ${one.at}`);
      one.at = number;
      one.seen++;
    });
    client.on('stream.gap', () => (one.at = Number(client.lastEventId.slice(1))));
    all.push(one);
  };
  const steps = {
    publish: () => log.publish(1 + Math.floor(random() * 5)),
    open: () => all.length < 6 && open(),
    close: () => all.length > 1 && all.splice(Math.floor(random() * all.length), 1)[0].client.close(),
    leave: () => pick(all).page.page(pick(['pagehide', 'freeze'])),
    comeBack: () => show(pick(all)),
    hide: () => pick(all).page.page('visibilitychange', pick(['hidden', 'visible'])),
    drop: () => log.drop(),
    wait: () => browser.advance(random() * 40_000),
    standStill: async () => {
      const arrive = pick(all).page.holdMessages();
      await browser.advance(random() * 60_000);
      await arrive();
    },
    slow: async () => {
      const arrive = pick(all).page.holdMessages();
      for (let i = 0; i < 4; i++) await pick([steps.publish, steps.close, steps.leave, steps.comeBack])();
      await arrive();
    },
  };
  await open();
  for (let i = 0; i < 600; i++) await pick([steps.publish, ...Object.values(steps)])();
  for (const one of all) await show(one);
  await browser.advance(60_000);
  log.publish(1);
  await settled();
  for (const { at, client } of all) assert.equal(`c${at}`, log.end, `seed ${seed}: ${describe(client)}`);
  assert.ok(log.open <= 1, `seed ${seed}: one stream`);
  assert.deepEqual(browser.errors, [], `seed ${seed}`);
});

/** A server with numbered events, which resumes by cursor. */
class FakeLog {
  #last = 0;
  #streams = new Set();

  constructor(browser) {
    this.browser = browser;
  }

  get end() {
    return `c${this.#last}`;
  }

  get open() {
    return this.#streams.size;
  }

  fetch = async (url, { headers, signal }) => {
    const from = Number((headers.get('Last-Event-ID') || this.end).slice(1));
    const body = new ReadableStream({
      start: (controller) => {
        const encoder = new TextEncoder();
        const stream = {
          send: (text) => controller.enqueue(encoder.encode(text)),
          end: (error) => this.#streams.delete(stream) && controller.error(error),
        };
        this.#streams.add(stream);
        signal.addEventListener('abort', () => stream.end(signal.reason));
        stream.send(`id: c${from}\nevent: stream.open\ndata: {}\n\n`);
        for (let i = from + 1; i <= this.#last; i++) stream.send(block(i));
      },
    });
    return { status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body };
  };

  publish(count) {
    for (; count > 0; count--) {
      this.#last++;
      this.#streams.forEach((stream) => stream.send(block(this.#last)));
    }
    return settled();
  }

  drop() {
    this.#streams.forEach((stream) => stream.end(new TypeError('connection lost')));
    return settled();
  }
}

function block(number) {
  return `id: c${number}\ndata: ${number}\n\n`;
}

/** A small random generator that can be seeded. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
