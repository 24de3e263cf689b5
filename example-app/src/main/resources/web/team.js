import { sayStatus } from './api.js';
import { byId, element, hue, initials } from './dom.js';

const ORDER = ['online', 'away', 'offline'];
const WORDS = { online: 'here', away: 'away', offline: 'not here' };
const MOST = 12;

/** Who of the staff is here. Somebody who is in several guilds is shown once. */
export class TeamStrip {
  #page;
  #members = [];
  #me;

  constructor(page) {
    this.#page = page;
    page.on('member-status', (event) => this.#happened(event));
    byId('away').addEventListener('click', () => this.#say());
  }

  show(members, me) {
    this.#members = members;
    this.#me = me;
    this.#render();
  }

  #happened({ guildId, memberId, status }) {
    const isThey = (member) => member.guildId === guildId && member.id === memberId;
    if (status === 'left') this.#members = this.#members.filter((member) => !isThey(member));
    else if (!this.#members.some(isThey)) return this.#page.refreshSoon(); // somebody new, or of a guild not shown
    else this.#members = this.#members.map((member) => (isThey(member) ? { ...member, status } : member));
    this.#render();
  }

  async #say() {
    const status = byId('away').dataset.status;
    try {
      await sayStatus(status);
      this.#members = this.#members.map((member) => (member.id === this.#me ? { ...member, status } : member));
      this.#render();
    } catch (error) {
      this.#page.sayNotDone(error);
    }
  }

  #render() {
    const people = [...this.#people().values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    byId('team').replaceChildren(...people.slice(0, MOST).map((member) => chip(member, member.id === this.#me)));
    if (people.length > MOST) byId('team').append(element('li', 'hint', `and ${people.length - MOST} more`));
    const away = people.find(({ id }) => id === this.#me)?.status === 'away';
    byId('away').hidden = people.length === 0;
    byId('away').textContent = away ? 'I am back' : 'I am away';
    byId('away').dataset.status = away ? 'online' : 'away';
  }

  /** One of each, as they can be reached best. */
  #people() {
    const people = new Map();
    for (const member of this.#members) {
      const other = people.get(member.id);
      if (!other || rank(member) < rank(other)) people.set(member.id, member);
    }
    return people;
  }
}

function rank({ status }) {
  const place = ORDER.indexOf(status);
  return place < 0 ? ORDER.length : place;
}

function chip({ id, name, status }, isMe) {
  const item = element('li', 'member');
  item.dataset.status = status ?? 'unknown';
  const avatar = element('span', `avatar small ${hue(id)}`, initials(name));
  avatar.setAttribute('aria-hidden', 'true');
  const words = element('span', '', isMe ? `${name} (you)` : name);
  item.append(avatar, words, element('span', 'hint', WORDS[status] ?? 'not known'));
  return item;
}
