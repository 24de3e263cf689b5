import { badge, element } from './dom.js';
import { replaceActions, Rows } from './rows.js';

export const keyOf = ({ guildId, id }) => `${guildId}/${id}`;

/** The list of tickets: shown as `show(tickets, names of guilds by id, what is being asked for by key)`. */
export function ticketList(list, onAction) {
  return new Rows(list, keyOf, (ticket) => new Row(ticket, onAction));
}

class Row {
  element = element('li', 'row ticket');
  #subject = element('h2', 'row-name');
  #about = element('p', 'row-about');
  #state = element('div', 'ticket-state');
  #action = element('div', 'row-action');
  #onAction;
  #shown = '';

  constructor(ticket, onAction) {
    this.#onAction = onAction;
    this.element.dataset.ticket = keyOf(ticket);
    const words = element('div', 'row-words');
    words.append(this.#subject, this.#about);
    this.element.append(words, this.#state, this.#action);
  }

  show(ticket, names, wanted) {
    const busy = wanted.has(keyOf(ticket));
    this.#subject.textContent = ticket.subject;
    this.#about.textContent = about(ticket, names);
    this.#state.replaceChildren(state(ticket));
    this.element.dataset.status = ticket.status;
    this.element.setAttribute('aria-busy', busy);
    // Only when it has changed: a button may have the focus.
    const key = JSON.stringify([ticket, busy]);
    if (key === this.#shown) return;
    this.#shown = key;
    replaceActions(this.#action, busy ? [] : this.#actions(ticket), this.element);
  }

  #actions(ticket) {
    if (ticket.status === 'closed') return [];
    const close = this.#button(ticket, 'close', 'Close');
    return ticket.assignedTo ? [close] : [this.#button(ticket, 'claim', 'Claim'), close];
  }

  #button(ticket, action, text) {
    const button = element('button', `button small ${action}`, text);
    button.type = 'button';
    button.setAttribute('aria-label', `${text}: ${ticket.subject}`);
    button.addEventListener('click', () => this.#onAction(ticket, action));
    return button;
  }
}

function about({ guildId, openedBy, assignedTo }, names) {
  const parts = [names.get(guildId) ?? guildId];
  if (openedBy) parts.push(`from ${openedBy}`);
  if (assignedTo) parts.push(`${assignedTo} sees to it`);
  return parts.join(' · ');
}

function state({ status }) {
  if (status === 'closed') return badge('Closed', 'done');
  if (status === 'claimed') return badge('Claimed', 'taken');
  return badge(status === 'open' ? 'Open' : status, 'open');
}
