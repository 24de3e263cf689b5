import assert from 'node:assert/strict';
import test from 'node:test';
import { SseParser } from '../../main/resources/META-INF/resources/sse/sse-client.js';

const encoder = new TextEncoder();

function parse(chunks, lastEventId = '') {
  const blocks = [];
  const parser = new SseParser((block) => blocks.push(block), lastEventId);
  for (const chunk of chunks) parser.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
  return blocks;
}

const event = (data, more) => ({ type: 'message', id: '', data, ...more });

// One stream with everything in it, as lines; joined with each kind of line end below.
const LINES = [
  ': a comment',
  'id: 1',
  'event: guild-joined',
  'data: {"name":"Zürich 🏔"}',
  '',
  'data:two',
  'data',
  'data:  lines',
  'unknown: field',
  'dataset: no',
  '',
  'retry: 2500',
  'event: not-an-event-without-data',
  '',
  'id: 2',
  '',
  'data:',
  '',
  'id',
  'data: reset',
  '',
  'data: never ended',
];
const EXPECTED = [
  event('{"name":"Zürich 🏔"}', { type: 'guild-joined', id: '1' }),
  event('two\n\n lines', { id: '1' }),
  { type: 'not-an-event-without-data', id: '1', retry: 2500 },
  { type: 'message', id: '2' },
  event('', { id: '2' }),
  event('reset'),
];
const MIXED = ['\n', '\r\n', '\r', '\r', '\n', '\r\n'];
const LINE_ENDS = {
  LF: () => '\n',
  CR: () => '\r',
  CRLF: () => '\r\n',
  mixed: (i) => (LINES[i + 1] === '' && MIXED[i % 6] === '\r' ? '\r\n' : MIXED[i % 6]),
};

for (const [name, lineEnd] of Object.entries(LINE_ENDS)) {
  const text = '\uFEFF' + LINES.map((line, i) => line + lineEnd(i)).join('');
  const bytes = encoder.encode(text);

  test(`a stream with ${name} line ends, cut in two at every byte`, () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), EXPECTED, `cut at ${cut}`);
    }
  });

  test(`a stream with ${name} line ends, cut in three at every pair of bytes`, () => {
    for (let first = 0; first <= bytes.length; first += 3) {
      for (let second = first; second <= bytes.length; second++) {
        const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        assert.deepEqual(parse(chunks), EXPECTED, `cut at ${first} and ${second}`);
      }
    }
  });

  test(`a stream with ${name} line ends, byte by byte`, () => {
    assert.deepEqual(parse(Array.from(bytes, (byte) => Uint8Array.of(byte))), EXPECTED);
  });
}

test('one byte order mark is stripped, a second one is a part of the field name', () => {
  assert.deepEqual(parse(['\uFEFFdata: a\n\n']), [event('a')]);
  assert.deepEqual(parse(['\uFEFF\uFEFFdata: a\n\n']), [{ type: 'message', id: '' }]);
});

test('an id with NUL is ignored', () => {
  assert.deepEqual(parse(['id: 1\nid: 2\0\ndata: a\n\n']), [event('a', { id: '1' })]);
});

test('an id persists over blocks, and over connections when given', () => {
  assert.deepEqual(parse(['data: a\n\nid: 8\ndata: b\n\ndata: c\n\n'], '7'), [
    event('a', { id: '7' }),
    event('b', { id: '8' }),
    event('c', { id: '8' }),
  ]);
});

test('a type and a retry do not persist', () => {
  const [, second] = parse(['event: a\nretry: 1\ndata: a\n\ndata: b\n\n']);
  assert.deepEqual(second, event('b'));
});

test('a retry is digits only, and bounded', () => {
  for (const value of ['1.5', '-1', '1e3', '', '١']) assert.equal(parse([`retry: ${value}\n\n`])[0].retry, undefined);
  assert.equal(parse(['retry: 0\n\n'])[0].retry, 0);
  assert.equal(parse(['retry: 99999999999999999999\n\n'])[0].retry, 300_000);
});

test('only one space after the colon is stripped, and colons in a value stay', () => {
  assert.deepEqual(parse(['data:  a: b \n\n']), [event(' a: b ')]);
});

test('field names are case-sensitive and not trimmed', () => {
  assert.deepEqual(parse(['Data: a\n data: b\ndata : c\n\n']), [{ type: 'message', id: '' }]);
});

test('LF CR is two line ends', () => {
  assert.deepEqual(parse(['data: a\n\rdata: b\n\n']), [event('a'), event('b')]);
});

test('line separators of Unicode are not line ends', () => {
  assert.deepEqual(parse(['data: a\u2028b\u2029c\u0085d\n\n']), [event('a\u2028b\u2029c\u0085d')]);
});

test('invalid UTF-8 is replaced, and the stream goes on', () => {
  const chunks = ['data: a', Uint8Array.of(0xff), 'b\n\ndata: c\n\n'];
  assert.deepEqual(parse(chunks), [event('a\uFFFDb'), event('c')]);
});

test('a megabyte in small chunks is one event', () => {
  const chunk = 'x'.repeat(1024);
  const [{ data }] = parse(['data: ', ...Array(1024).fill(chunk), '\n\n']);
  assert.equal(data.length, 1024 * 1024);
});
