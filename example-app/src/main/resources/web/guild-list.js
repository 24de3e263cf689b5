import * as pending from './pending.js';

const PALETTE = 6;
const FLASH = 2400;

/** The list of guilds. Rows are kept and changed in place, so that focus stays and nothing jumps. */
export class GuildList {
  #list;
  #onCheck;
  #rows = new Map();
  #flashes = new Set(); // to be shown once their row is there

  constructor(list, onCheck) {
    this.#list = list;
    this.#onCheck = onCheck;
  }

  show(guilds, linkFor) {
    this.#list.querySelectorAll('.skeleton').forEach((row) => row.remove());
    this.#list.setAttribute('aria-busy', 'false');
    const rows = guilds.map((guild) => this.#row(guild, linkFor(guild)));
    const gone = new Set(this.#rows.keys());
    guilds.forEach((guild) => gone.delete(guild.id));
    gone.forEach((id) => this.#remove(id));
    rows.forEach((row, i) => {
      if (this.#list.children[i] !== row) this.#list.insertBefore(row, this.#list.children[i] ?? null);
    });
    this.#flashes.forEach((id) => this.highlight(id));
  }

  /** Marks a row for a moment; one that is not there yet is marked when it comes. */
  highlight(guildId) {
    const row = this.#rows.get(guildId)?.element;
    if (!row) return this.#flashes.add(guildId);
    this.#flashes.delete(guildId);
    row.classList.remove('flash');
    void row.offsetWidth; // or the animation would not start anew
    row.classList.add('flash');
    clearTimeout(row.flashTimer);
    row.flashTimer = setTimeout(() => row.classList.remove('flash'), FLASH);
  }

  #row(guild, link) {
    if (!this.#rows.has(guild.id)) this.#rows.set(guild.id, new Row(guild, this.#onCheck));
    const row = this.#rows.get(guild.id);
    row.show(guild, link);
    return row.element;
  }

  #remove(id) {
    this.#rows.get(id).element.remove();
    this.#rows.get(id).forget();
    this.#rows.delete(id);
  }
}

class Row {
  element = element('li', 'guild');
  #name = element('h2', 'guild-name');
  #about = element('p', 'guild-about');
  #avatar = element('span', 'avatar');
  #action = element('div', 'guild-action');
  #onCheck;
  #shown = '';
  #patience;

  constructor(guild, onCheck) {
    this.#onCheck = onCheck;
    this.element.dataset.guildId = guild.id;
    this.#avatar.setAttribute('aria-hidden', 'true');
    this.#avatar.classList.add(`hue-${hash(guild.id) % PALETTE}`);
    const words = element('div', 'guild-words');
    words.append(this.#name, this.#about);
    this.element.append(this.#avatar, words, this.#action);
  }

  show(guild, link) {
    clearTimeout(this.#patience);
    if (guild.installed) pending.end(guild.id);
    const left = pending.patienceLeft(guild.id);
    const state = stateOf(guild, left);
    const late = state === 'installing' && left <= 0;
    this.#name.textContent = guild.name;
    this.#about.textContent = [members(guild), about(state, late)].filter(Boolean).join(' · ');
    this.#avatar.textContent = initials(guild.name);
    this.element.dataset.state = state;
    this.element.classList.toggle('late', late);
    this.#showAction(guild, state, late, link);
    if (state === 'installing' && !late) this.#patience = setTimeout(() => this.show(guild, link), left);
  }

  forget() {
    clearTimeout(this.#patience);
  }

  // Only when it has changed: the button may have the focus.
  #showAction(guild, state, late, link) {
    const key = JSON.stringify([state, late, link, guild.name]);
    if (key === this.#shown) return;
    this.#shown = key;
    const hadFocus = this.#action.contains(document.activeElement);
    this.#action.replaceChildren(...this.#actionFor(guild, state, late, link));
    if (hadFocus) this.#keepFocus();
  }

  #actionFor(guild, state, late, link) {
    if (late) return [this.#checkButton(guild)];
    if (state === 'installing') return [badge('Installing…', 'busy')];
    if (state === 'configured') return [badge('Configured', 'done')];
    if (state === 'installed') return [badge('Installed', 'done')];
    return link ? [this.#installLink(guild, link)] : [];
  }

  #installLink(guild, link) {
    const anchor = element('a', 'button', 'Install bot');
    anchor.href = link;
    anchor.setAttribute('aria-label', `Install bot in ${guild.name}`);
    anchor.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // goes to another tab, which has its own list
      pending.begin(guild.id);
      this.show(guild, link);
    });
    return anchor;
  }

  #checkButton(guild) {
    const button = element('button', 'button', 'Check now');
    button.type = 'button';
    button.setAttribute('aria-label', `Check now whether the bot is in ${guild.name}`);
    button.addEventListener('click', () => this.#onCheck(guild));
    return button;
  }

  // What had the focus is gone: the row itself keeps a keyboard's place.
  #keepFocus() {
    const next = this.#action.querySelector('a, button') ?? this.element;
    if (next === this.element) this.element.tabIndex = -1;
    next.focus({ preventScroll: true });
  }
}

function stateOf(guild, patienceLeft) {
  if (guild.installed) return guild.configured ? 'configured' : 'installed';
  return patienceLeft === undefined ? 'not-installed' : 'installing';
}

function about(state, late) {
  if (late) return 'Still waiting for Discord';
  return {
    'not-installed': 'Bot not installed',
    installing: 'Waiting for Discord',
    installed: 'Ready to be configured',
    configured: 'All set',
  }[state];
}

function members({ memberCount }) {
  if (!Number.isFinite(memberCount)) return '';
  return memberCount === 1 ? '1 member' : `${memberCount.toLocaleString('en')} members`;
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

function hash(text) {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum;
}

function badge(text, kind) {
  return element('span', `badge ${kind}`, text);
}

function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
