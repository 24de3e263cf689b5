import { badge, element, hue, initials } from './dom.js';
import * as pending from './pending.js';
import { replaceActions, Rows } from './rows.js';

/** The list of guilds: shown as `show(guilds, linkFor)`. */
export function guildList(list, onCheck) {
  return new Rows(
    list,
    (guild) => guild.id,
    (guild) => new Row(guild, onCheck),
  );
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
    this.#avatar.classList.add(hue(guild.id));
    const words = element('div', 'guild-words');
    words.append(this.#name, this.#about);
    this.element.append(this.#avatar, words, this.#action);
  }

  show(guild, linkFor) {
    const link = linkFor(guild);
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
    this.#showAction(guild, state, late, link, linkFor);
    if (state === 'installing' && !late) this.#patience = setTimeout(() => this.show(guild, linkFor), left);
  }

  forget() {
    clearTimeout(this.#patience);
  }

  // Only when it has changed: the button may have the focus.
  #showAction(guild, state, late, link, linkFor) {
    const key = JSON.stringify([state, late, link, guild.name]);
    if (key === this.#shown) return;
    this.#shown = key;
    replaceActions(this.#action, this.#actionFor(guild, state, late, link, linkFor), this.element);
  }

  #actionFor(guild, state, late, link, linkFor) {
    if (late) return [this.#checkButton(guild)];
    if (state === 'installing') return [badge('Installing…', 'busy')];
    if (state === 'configured') return [badge('Configured', 'done')];
    if (state === 'installed') return [badge('Installed', 'done')];
    return link ? [this.#installLink(guild, link, linkFor)] : [];
  }

  #installLink(guild, link, linkFor) {
    const anchor = element('a', 'button', 'Install bot');
    anchor.href = link;
    anchor.setAttribute('aria-label', `Install bot in ${guild.name}`);
    anchor.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // goes to another tab, which has its own list
      pending.begin(guild.id);
      this.show(guild, linkFor);
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
