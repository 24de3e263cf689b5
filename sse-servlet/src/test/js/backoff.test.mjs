import assert from 'node:assert/strict';
import test from 'node:test';
import { backoff } from '../../main/resources/META-INF/resources/sse/sse-client.js';
import { FakeBrowser, describe, started } from './fake-browser.mjs';

test('the delay doubles from 1 s to 30 s and stays there', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => backoff(attempt, 1000, 30_000, 1));
  assert.deepEqual(longest, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a delay is spread over the upper half', () => {
  assert.equal(backoff(3, 1000, 30_000, 0), 2000);
  assert.equal(backoff(3, 1000, 30_000, 0.5), 3000);
  assert.equal(backoff(3, 1000, 30_000, 1), 4000);
});

test("a server's base above the cap is kept, and does not grow", () => {
  assert.equal(backoff(1, 60_000, 30_000, 1), 60_000);
  assert.equal(backoff(5, 60_000, 30_000, 1), 60_000);
});

test('the client waits by the table and gives up after five retries', async () => {
  const browser = new FakeBrowser().answers('network');
  browser.random = 1;
  const { client } = await started(browser);
  for (const [i, delay] of [1000, 2000, 4000, 8000, 16_000].entries()) {
    assert.equal(describe(client), 'waiting(network)');
    assert.equal(client.snapshot.attempt, i + 1);
    assert.equal(client.snapshot.retryAt, browser.time + delay);
    await browser.advance(delay - 1);
    assert.equal(browser.requests.length, i + 1, `early retry ${i + 1}`);
    await browser.advance(1);
    assert.equal(browser.requests.length, i + 2, `missing retry ${i + 1}`);
  }
  assert.equal(describe(client), 'failed(attempts)');
  assert.equal(browser.timers, 0);
  await browser.advance(3_600_000);
  assert.equal(browser.requests.length, 6);
});

test('it may try for ever', async () => {
  const browser = new FakeBrowser().answers('network');
  await started(browser, { maxAttempts: Infinity });
  await browser.advance(3_600_000);
  assert.ok(browser.requests.length > 200);
});

test('a server that accepts and drops at once does not reset the delay', async () => {
  const browser = new FakeBrowser().answers({});
  const { client } = await started(browser);
  const delays = [];
  while (client.snapshot.state === 'open') {
    await browser.send('id: 1\nevent: stream.open\ndata: {}\nretry: 1000\n\n');
    await browser.finish();
    if (client.snapshot.state === 'waiting') delays.push(client.snapshot.retryAt - browser.time);
    await browser.advance(delays.at(-1));
  }
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000]);
  assert.equal(describe(client), 'failed(attempts)');
});

test('a stream that lasted starts the table anew', async () => {
  const browser = new FakeBrowser().answers('network', 'network', {});
  const { client } = await started(browser);
  await browser.advance(2000);
  assert.equal(describe(client), 'open');
  assert.equal(client.snapshot.attempt, 2);
  await browser.advance(5000);
  await browser.send(':\n\n');
  await browser.drop();
  assert.equal(client.snapshot.attempt, 1);
  assert.equal(client.snapshot.retryAt - browser.time, 500);
});

test('a quiet stream has lasted, too: drops between two heartbeats never add up', async () => {
  const browser = new FakeBrowser().answers({ headers: { 'sse-heartbeat': '30000' } });
  const { client } = await started(browser);
  for (let i = 0; i < 10; i++) {
    await browser.advance(28_000);
    await browser.drop();
    assert.equal(client.snapshot.attempt, 1);
    await browser.advance(1000);
    assert.equal(describe(client), 'open');
  }
});

test('a stream that was silent until it was given up has not lasted', async () => {
  const browser = new FakeBrowser().answers('network', 'network', {});
  const { client } = await started(browser);
  await browser.advance(2000);
  await browser.advance(45_000);
  assert.equal(client.snapshot.reason, 'heartbeat');
  assert.equal(client.snapshot.attempt, 3);
});
