import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeBrowser, describe, settled, started } from './fake-browser.mjs';

const RESPONSES = [
  [{}, 'open'],
  [{ type: 'text/event-stream' }, 'open'],
  [{ type: 'Text/Event-Stream; charset=UTF-8' }, 'open'],
  [{ redirected: true }, 'open'],
  [{ status: 204 }, 'closed(server-stop)'],
  [{ status: 200, type: 'text/html' }, 'failed(content-type)'],
  [{ status: 200, type: null }, 'failed(content-type)'],
  [{ status: 200, type: 'text/event-streams' }, 'failed(content-type)'],
  [{ status: 201 }, 'failed(http 201)'],
  [{ status: 205 }, 'failed(http 205)'],
  [{ status: 299 }, 'failed(http 299)'],
  [{ status: 304 }, 'failed(http 304)'],
  [{ status: 400 }, 'failed(http 400)'],
  [{ status: 404 }, 'failed(http 404)'],
  [{ status: 410 }, 'failed(http 410)'],
  [{ status: 404, redirected: true }, 'failed(http 404)'],
  [{ status: 401 }, 'failed(unauthorized)'],
  [{ status: 403 }, 'failed(unauthorized)'],
  [{ status: 200, redirected: true, type: 'text/html' }, 'failed(unauthorized)'],
  [{ status: 408 }, 'waiting(http 408)'],
  [{ status: 425 }, 'waiting(http 425)'],
  [{ status: 429 }, 'waiting(http 429)'],
  [{ status: 500 }, 'waiting(http 500)'],
  [{ status: 503, redirected: true, type: 'text/html' }, 'waiting(http 503)'],
  ['network', 'waiting(network)'],
  ['hang', 'connecting'],
];

for (const [response, expected] of RESPONSES) {
  test(`${JSON.stringify(response)} -> ${expected}`, async () => {
    const browser = new FakeBrowser().answers(response);
    const { client } = await started(browser);
    assert.equal(describe(client), expected);
    assert.equal(browser.requests.length, 1);
    if (/^(closed|failed)/.test(expected)) assert.equal(browser.timers, 0, 'nothing goes on');
    if (!/^(open|connecting)/.test(expected)) assert.ok(browser.last.aborted, 'the response is let go');
  });
}

test('a 204 stops for good: neither time nor the page starts it again, the user does', async () => {
  const browser = new FakeBrowser().answers({ status: 204 }, {});
  const { client } = await started(browser);
  await browser.advance(3_600_000);
  for (const type of ['online', 'pageshow', 'visibilitychange', 'pagehide', 'pageshow']) await browser.page(type);
  assert.equal(describe(client), 'closed(server-stop)');
  assert.equal(browser.requests.length, 1);
  client.retryNow();
  await settled();
  assert.equal(describe(client), 'open');
});

test('Retry-After is the least delay, in seconds or as a date, and at most five minutes', async () => {
  const date = new Date(1_700_000_090_000).toUTCString();
  const delays = { 7: 7000, 0: 500, [date]: 90_000, 99999: 300_000, soon: 500, '-5': 500 };
  for (const [value, delay] of Object.entries(delays)) {
    const browser = new FakeBrowser().answers({ status: 503, headers: { 'retry-after': value } });
    const { client } = await started(browser);
    assert.equal(client.snapshot.retryAt - browser.time, delay, value);
  }
});

test('the life of a stream, state by state', async () => {
  const browser = new FakeBrowser().answers({}, 'network', {});
  const { client, states } = await started(browser);
  await browser.drop();
  await browser.advance(500);
  await browser.advance(1000);
  await browser.finish();
  client.close();
  assert.deepEqual(states, [
    'connecting',
    'open',
    'waiting(network)',
    'connecting',
    'waiting(network)',
    'connecting',
    'open',
    'waiting(end)',
    'closed(client)',
  ]);
  assert.equal(browser.timers, 0);
});

test('the user may retry after giving up, with all attempts anew', async () => {
  const browser = new FakeBrowser().answers('network');
  const { client } = await started(browser, { maxAttempts: 1 });
  await browser.advance(10_000);
  assert.equal(describe(client), 'failed(attempts)');
  client.retryNow();
  await settled();
  assert.equal(describe(client), 'waiting(network)');
  assert.equal(client.snapshot.attempt, 1);
});

test('retryNow while waiting retries at once, and only once', async () => {
  const browser = new FakeBrowser().answers('network', {});
  const { client } = await started(browser);
  client.retryNow();
  client.retryNow();
  await browser.advance(30_000);
  assert.equal(browser.requests.length, 2);
});

test('retryNow leaves an open stream alone', async () => {
  const browser = new FakeBrowser().answers({});
  const { client } = await started(browser);
  client.retryNow();
  client.start();
  await settled();
  assert.equal(browser.requests.length, 1);
});

test('close ends the request, and what was on its way is not delivered', async () => {
  const browser = new FakeBrowser().answers({});
  const { client } = await started(browser);
  const seen = [];
  client.on('message', (data) => seen.push(data));
  client.on('message', () => client.close());
  await browser.send('data: 1\n\ndata: 2\n\n');
  await browser.page('online');
  await browser.advance(3_600_000);
  assert.deepEqual(seen, [1]);
  assert.equal(describe(client), 'closed(client)');
  assert.ok(browser.last.aborted);
  assert.equal(browser.timers, 0);
  assert.equal(browser.requests.length, 1);
});

test('close while the request is under way', async () => {
  const browser = new FakeBrowser().answers('hang', {});
  const { client, states } = await started(browser);
  client.close();
  client.start();
  await settled();
  assert.deepEqual(states, ['connecting', 'closed(client)', 'connecting', 'open']);
});

test('new credentials are asked for once, then the stream goes on', async () => {
  const browser = new FakeBrowser().answers({ status: 401 }, {});
  const asked = [];
  const { client } = await started(browser, { onUnauthorized: async (status) => asked.push(status) });
  assert.equal(describe(client), 'open');
  assert.deepEqual(asked, [401]);
});

test('a second 401 fails, without asking again', async () => {
  const browser = new FakeBrowser().answers({ status: 401 });
  let asked = 0;
  const { client } = await started(browser, { onUnauthorized: () => ++asked });
  assert.equal(describe(client), 'failed(unauthorized)');
  assert.equal(asked, 1);
  assert.equal(browser.requests.length, 2);
});

test('after a stream that lasted, credentials may be asked for again', async () => {
  const browser = new FakeBrowser().answers({ status: 401 }, {}, { status: 401 }, {});
  let asked = 0;
  const { client } = await started(browser, { onUnauthorized: () => ++asked });
  await browser.advance(6000);
  await browser.send(':\n\n');
  await browser.finish();
  await browser.advance(1000);
  assert.equal(describe(client), 'open');
  assert.equal(asked, 2);
});

test('a failing onUnauthorized is reported and fails', async () => {
  const browser = new FakeBrowser().answers({ status: 403 });
  const { client } = await started(browser, { onUnauthorized: () => Promise.reject(new Error('no token')) });
  assert.equal(describe(client), 'failed(unauthorized)');
  assert.deepEqual(browser.errors.map((error) => error.message), ['no token']);
});

test('close while credentials are asked for', async () => {
  const browser = new FakeBrowser().answers({ status: 401 });
  let granted;
  const { client } = await started(browser, { onUnauthorized: () => new Promise((resolve) => (granted = resolve)) });
  client.close();
  granted(true);
  await settled();
  assert.equal(describe(client), 'closed(client)');
  assert.equal(browser.requests.length, 1);
});

test('headers are asked for before each connection', async () => {
  const browser = new FakeBrowser().answers('network');
  let token = 0;
  await started(browser, { headers: async () => ({ Authorization: `Bearer ${++token}` }) });
  await browser.advance(500);
  assert.deepEqual(browser.requests.map((request) => request.headers.get('Authorization')), ['Bearer 1', 'Bearer 2']);
  assert.equal(browser.last.headers.get('Accept'), 'text/event-stream');
  assert.equal(browser.last.cache, 'no-store');
  assert.equal(browser.last.credentials, 'same-origin');
});

test('failing headers count as a failure', async () => {
  const browser = new FakeBrowser().answers({});
  const { client } = await started(browser, {
    headers: () => {
      throw new Error('no token');
    },
  });
  assert.equal(describe(client), 'waiting(network)');
  assert.equal(browser.requests.length, 0);
});

test('a snapshot is frozen, and the same object until it changes', async () => {
  const browser = new FakeBrowser().answers({});
  const { client } = await started(browser);
  const before = client.snapshot;
  assert.ok(Object.isFrozen(before));
  await browser.send('data: 1\n\n:\n\n');
  assert.equal(client.snapshot, before);
  client.close();
  assert.notEqual(client.snapshot, before);
});

test('a watcher that left hears nothing more', async () => {
  const browser = new FakeBrowser().answers({});
  const { client } = await started(browser);
  let calls = 0;
  const { subscribe } = client;
  const leave = subscribe(() => calls++);
  leave();
  client.close();
  assert.equal(calls, 0);
});
