import { SseClient } from '/sse/sse-client.js';
import '/sse/sse-status.js';
import { tabsOf } from '/sse/sse-tabs.js';
import { fetchGuilds } from './api.js';
import { describe } from './describe.js';
import { GuildList } from './guild-list.js';
import * as pending from './pending.js';
import { Refresh } from './refresh.js';
import { toaster } from './toast.js';

const EVENTS = ['guild-joined', 'guild-left', 'bot-configured', 'settings-updated'];
const byId = (id) => document.getElementById(id);

const toast = toaster(byId('toasts'));
const list = new GuildList(byId('guilds'), checkNow);
const refresh = new Refresh(fetchGuilds, show, failed);

let client; // from the first answer on
let userId;
let summary = '';
let stopped = false;

// --- data

function show(data) {
  if (client && data.user.id !== userId) return location.reload(); // someone else has signed in, in another tab
  userId = data.user.id;
  byId('error').hidden = true;
  byId('user').textContent = data.user.name;
  list.show(data.guilds, (guild) => installLink(data, guild));
  byId('empty').hidden = data.guilds.length > 0;
  showInstall(data);
  summary = summaryOf(data.guilds);
  if (client) showStream();
  else follow(data.cursor);
}

function failed(error) {
  if (client) {
    if (error.signedOut) client.signOut();
    return !error.signedOut; // what is shown stays; the next try may do better
  }
  if (error.signedOut) return location.assign('/login');
  byId('guilds').hidden = true;
  byId('status').hidden = true;
  byId('summary').textContent = '';
  byId('error-text').textContent = error.message;
  byId('error').hidden = false;
}

function summaryOf(guilds) {
  const installed = guilds.filter((guild) => guild.installed).length;
  return guilds.length ? `The bot is in ${installed} of ${guilds.length} guilds.` : '';
}

async function checkNow(guild) {
  pending.end(guild.id); // if it is not there now, the button to install it comes back
  await refresh.now();
  if (byId('guilds').querySelector(`[data-guild-id="${CSS.escape(guild.id)}"]`)?.dataset.state === 'not-installed') {
    toast(`The bot is not in ${guild.name} yet.`);
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

// --- the stream

function follow(cursor) {
  client = new SseClient('/api/guilds/events', { lastEventId: cursor, share: tabsOf(userId) });
  for (const type of EVENTS) client.on(type, happened);
  client.on('refetch', () => refresh.soon());
  client.on('stream.gap', () => refresh.soon());
  client.on('stream.open', opened(cursor));
  client.subscribe(showStream);
  byId('status').client = client;
  client.start();
}

function happened(event) {
  const words = describe(event);
  if (words) toast(words, event.type === 'guild-left' ? 'bad' : 'good');
  if (event.type === 'guild-joined') pending.end(event.guildId);
  list.highlight(event.guildId);
  refresh.soon();
}

/** Data that is older than the stream's start may miss something: there was no cursor, or none for a new topic. */
function opened(cursor) {
  let complete = Boolean(cursor);
  return ({ new: topics }) => {
    if (!complete || topics?.length) refresh.soon();
    complete = true;
  };
}

function showStream() {
  const { state, reason } = client.snapshot;
  const stops = state === 'failed' || state === 'closed';
  byId('retry').hidden = !stops || reason === 'unauthorized';
  showSummary(stops && explanation(reason));
  if (stops && !stopped) toast(`Updates have stopped. ${explanation(reason)}`, 'bad');
  if (stopped && state === 'open') toast('Updates are back.', 'good');
  stopped = stops || (stopped && state !== 'open');
}

const EXPLANATIONS = {
  unauthorized: 'You are signed out.',
  attempts: 'The server is out of reach.',
  replaced: 'They go to another window or device now.',
};

function explanation(reason) {
  return EXPLANATIONS[reason] ?? 'The server has ended them.';
}

function showSummary(problem) {
  byId('summary').textContent = problem || summary;
  if (client.snapshot.reason === 'unauthorized') byId('summary').append(' ', signInLink());
}

function signInLink() {
  const link = document.createElement('a');
  link.href = '/login';
  link.textContent = 'Sign in';
  return link;
}

// --- start

byId('retry').addEventListener('click', () => client.retryNow());
byId('reload').addEventListener('click', () => location.reload());
byId('logout').addEventListener('submit', () => {
  pending.endAll();
  client?.signOut(); // in all tabs
});
if (new URLSearchParams(location.search).has('error')) {
  pending.endAll(); // Discord's way of saying that its user did not agree, or that it could not do it
  toast('The bot was not installed.', 'bad');
  history.replaceState(null, '', location.pathname);
}
refresh.now();
