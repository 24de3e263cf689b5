import { describe } from './describe.js';
import { byId } from './dom.js';
import { guildList } from './guild-list.js';
import { Page } from './page.js';
import * as pending from './pending.js';

const list = guildList(byId('guilds'), checkNow);
const page = new Page({ show });

function show(data) {
  list.show(data.guilds, (guild) => installLink(data, guild));
  byId('empty').hidden = data.guilds.length > 0;
  showInstall(data);
  const installed = data.guilds.filter((guild) => guild.installed).length;
  return data.guilds.length ? `The bot is in ${installed} of ${data.guilds.length} guilds.` : '';
}

async function checkNow(guild) {
  pending.end(guild.id); // if it is not there now, the button to install it comes back
  const error = await page.refreshNow();
  if (error) return page.sayNotDone(error);
  if (byId('guilds').querySelector(`[data-guild-id="${CSS.escape(guild.id)}"]`)?.dataset.state === 'not-installed') {
    page.toast(`The bot is not in ${guild.name} yet.`);
  }
}

// --- installing

function installLink({ demo, installUrl }, guild) {
  if (demo) return `/demo/consent?guild=${encodeURIComponent(guild.id)}`;
  if (!URL.canParse?.(installUrl)) return null;
  const url = new URL(installUrl);
  url.searchParams.set('guild_id', guild.id);
  return url.protocol === 'https:' ? url.href : null;
}

function showInstall(data) {
  const general = data.demo ? '/demo/consent' : data.installUrl;
  const useful = data.demo ? data.guilds.some((guild) => !guild.installed) : /^https:/.test(general);
  if (useful) byId('install').href = general;
  byId('install').hidden = !useful;
}

// --- what happens

function happened(event) {
  const words = describe(event);
  if (words) page.toast(words, event.type === 'guild-left' ? 'bad' : 'good');
  if (event.type === 'guild-joined') pending.end(event.guildId);
  list.highlight(event.guildId);
  page.refreshSoon();
}

for (const type of ['guild-joined', 'guild-left', 'bot-configured', 'settings-updated']) page.on(type, happened);
byId('logout').addEventListener('submit', () => pending.endAll());
if (new URLSearchParams(location.search).has('error')) {
  pending.endAll(); // Discord's way of saying that its user did not agree, or that it could not do it
  page.toast('The bot was not installed.', 'bad');
  history.replaceState(null, '', location.pathname);
}
// Whoever comes back by the browser's button has left the page that asks for consent, and need not wait.
if (performance.getEntriesByType('navigation')[0]?.type === 'back_forward') pending.endAll();
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  pending.endAll();
  page.refreshNow();
});
page.start();
