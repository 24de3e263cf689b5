import { SseClient } from '/sse/sse-client.js';
import '/sse/sse-status.js';
import { Cluster } from './cluster.js';
import { ConnectionList } from './connection-list.js';
import { byId, showRetry } from './dom.js';
import { NodeList } from './node-list.js';
import { toaster } from './toast.js';

const SILENCE_CHECK = 2000;

const toast = toaster(byId('toasts'));
const cluster = new Cluster();
const connections = new ConnectionList(byId('connections'), disconnect);
const nodes = new NodeList(byId('nodes'));
const client = new SseClient('/admin/events');

function show() {
  const all = cluster.connections();
  connections.show(all);
  nodes.show(cluster.nodes());
  const { streams, slow } = cluster.totals();
  const hidden = streams - all.length;
  byId('more').hidden = hidden <= 0;
  byId('more').textContent = `${hidden} more: of each node the slow ones and the youngest are shown.`;
  byId('summary').textContent = explanation() || words(streams, slow, cluster.nodes().length);
  showCounts('topics', cluster.topics());
  showCounts('gaps', cluster.sum('gaps'));
  showCounts('closes', cluster.sum('closes'));
}

function words(streams, slow, nodeCount) {
  if (nodeCount === 0) return 'Waiting for the nodes…';
  const standing = slow ? ` ${slow} of them ${slow === 1 ? 'takes' : 'take'} nothing.` : '';
  return `${count(streams, 'stream')} on ${count(nodeCount, 'node')}.${standing}`;
}

function count(number, noun) {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

function showCounts(id, counts) {
  const shown = [...counts].map(([name, number]) => [`${name} · ${number.toLocaleString('en')}`, '']);
  byId(id).replaceChildren(...(shown.length ? shown : [['none', 'nothing']]).map(([text, kind]) => item(text, kind)));
}

function item(text, kind) {
  const made = document.createElement('li');
  made.className = kind;
  made.textContent = text;
  return made;
}

async function disconnect({ id, principal }) {
  const body = new URLSearchParams({ stream: id });
  const answer = await fetch('/admin/disconnect', { method: 'POST', body }).catch(() => undefined);
  if (answer?.ok) toast(`A stream of ${principal ? `user ${principal}` : 'nobody known'} is disconnected.`, 'good');
  else toast(`It was not disconnected: ${answer ? `status ${answer.status}` : 'the server is out of reach'}.`, 'bad');
  return Boolean(answer?.ok);
}

function explanation() {
  const { state, reason } = client.snapshot;
  showRetry(state === 'failed' || state === 'closed');
  if (reason === 'unauthorized') return 'You are signed out.';
  if (reason === 'http 404') return 'You do not look after this application any more.';
  return state === 'failed' ? 'The server is out of reach.' : '';
}

client.on('node', (snapshot) => {
  cluster.heard(snapshot);
  show();
});
client.subscribe(show);
byId('status').client = client;
byId('retry').addEventListener('click', () => client.retryNow());
setInterval(show, SILENCE_CHECK); // a node that is gone says nothing of it
client.start();
