import { duration } from './connection-list.js';

const FIGURES = [
  ['Streams', ({ streams }) => streams.toLocaleString('en')],
  ['Slow', ({ slow }) => slow.toLocaleString('en')],
  ['Published', ({ published }) => published.toLocaleString('en')],
  ['Delivered', ({ delivered }) => delivered.toLocaleString('en')],
  ['Latency', ({ latencyMillis }) => `${latencyMillis.toFixed(1)} ms`],
  ['Topics', ({ topicCount }) => topicCount.toLocaleString('en')],
  ['Backplane', ({ backplane }) => backplane],
  ['Up', ({ upSeconds }) => duration(upSeconds)],
];

/** What each node counts. */
export class NodeList {
  #list;

  constructor(list) {
    this.#list = list;
  }

  show(nodes) {
    this.#list.replaceChildren(...nodes.map(card));
  }
}

function card(node) {
  const title = element('h3', node.silentFor ? `${node.name}, silent for ${duration(node.silentFor / 1000)}` : node.name);
  const figures = element('dl');
  figures.className = 'figures';
  figures.append(...FIGURES.map(([name, value]) => figure(name, value(node))));
  const made = element('li');
  made.className = 'node';
  made.dataset.node = node.id;
  made.dataset.state = node.silentFor ? 'silent' : 'fine';
  made.append(title, figures);
  return made;
}

function figure(name, value) {
  const pair = element('div');
  pair.append(element('dt', name), element('dd', value));
  return pair;
}

function element(tag, text = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
