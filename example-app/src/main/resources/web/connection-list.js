/** The list of connections. Rows are kept and changed in place, so that focus stays and nothing jumps. */
export class ConnectionList {
  #list;
  #disconnect;
  #rows = new Map();

  constructor(list, disconnect) {
    this.#list = list;
    this.#disconnect = disconnect;
  }

  show(connections) {
    if (connections.length) this.#loaded();
    const gone = new Set(this.#rows.keys());
    connections.forEach(({ id }) => gone.delete(id));
    gone.forEach((id) => this.#remove(id));
    connections.forEach((connection, i) => {
      const row = this.#row(connection);
      if (this.#list.children[i] !== row) this.#list.insertBefore(row, this.#list.children[i] ?? null);
    });
  }

  #loaded() {
    this.#list.querySelectorAll('.skeleton').forEach((row) => row.remove());
    this.#list.setAttribute('aria-busy', 'false');
  }

  #row(connection) {
    if (!this.#rows.has(connection.id)) this.#rows.set(connection.id, new Row(connection, this.#disconnect));
    const row = this.#rows.get(connection.id);
    row.show(connection);
    return row.element;
  }

  #remove(id) {
    const { element } = this.#rows.get(id);
    const hadFocus = element.contains(document.activeElement);
    const next = element.nextElementSibling ?? element.previousElementSibling;
    element.remove();
    this.#rows.delete(id);
    if (hadFocus) next?.querySelector('button')?.focus({ preventScroll: true }); // or a keyboard would begin anew
  }
}

class Row {
  element = element('li', 'guild connection');
  #who = element('h2', 'guild-name');
  #topics = element('p', 'guild-about');
  #about = element('p', 'guild-about');
  #slow = element('span', 'badge busy');
  #button = element('button', 'button', 'Disconnect');

  constructor({ id, principal }, disconnect) {
    this.element.dataset.stream = id;
    const words = element('div', 'guild-words');
    words.append(this.#who, this.#topics, this.#about, this.#slow);
    this.#button.type = 'button';
    this.#button.setAttribute('aria-label', `Disconnect stream ${id} of ${who(principal)}`);
    this.#button.addEventListener('click', async () => {
      if (this.#button.ariaDisabled === 'true') return;
      this.#button.ariaDisabled = 'true'; // not `disabled`, which would take the focus away
      if (!(await disconnect({ id, principal }))) this.#button.ariaDisabled = 'false';
    });
    const action = element('div', 'guild-action');
    action.append(this.#button);
    this.element.append(words, action);
  }

  show(connection) {
    this.#who.textContent = who(connection.principal);
    this.#topics.textContent = topics(connection);
    this.#about.textContent = about(connection);
    this.#slow.hidden = connection.stalledMillis === 0;
    this.#slow.textContent = `Takes nothing for ${duration(connection.stalledMillis / 1000)}`;
    this.element.dataset.state = connection.stalledMillis === 0 ? 'fine' : 'slow';
  }
}

function who(principal) {
  return principal ? `User ${principal}` : 'Nobody known';
}

function topics({ topics, topicCount }) {
  const more = topicCount - topics.length;
  return topics.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function about({ ageSeconds, events, bytes, node, openMillis }) {
  const opened = openMillis === null ? 'still opening' : `open for ${duration(ageSeconds)}`;
  return `${opened} · ${events === 1 ? '1 event' : `${events} events`} · ${size(bytes)} · ${node}`;
}

export function duration(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function size(bytes) {
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}

function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
