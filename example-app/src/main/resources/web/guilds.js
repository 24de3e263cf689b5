import { SseClient } from '/sse/sse-client.js';
import '/sse/sse-status.js';
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
let summary = '';

// --- data

function show(data) {
  byId('error').hidden = true;
  byId('user').textContent = data.user?.name ?? '';
  list.show(data.guilds, (guild) => installLink(data, guild));
  byId('empty').hidden = data.guilds.length > 0;
  showInstall(data);
  summary = summaryOf(data.guilds);
  if (!client) follow(data.cursor);
  showSummary();
}

function failed(error) {
  if (client) {
    if (!error.signedOut) return true; // what is shown stays; the next try may do better
    toast('You are signed out.', 'bad');
    return false;
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
  client = new SseClient('/api/guilds/events', { lastEventId: cursor });
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
  const stopped = state === 'failed' || state === 'closed';
  byId('retry').hidden = !stopped || reason === 'unauthorized';
  showSummary();
}

const EXPLANATIONS = {
  unauthorized: 'Sign in again to get updates.',
  attempts: 'The server is out of reach.',
  replaced: 'Updates go to another window.',
};

function showSummary() {
  const { state, reason } = client.snapshot;
  const stopped = state === 'failed' || state === 'closed';
  byId('summary').textContent = stopped ? (EXPLANATIONS[reason] ?? 'Updates have stopped.') : summary;
  if (reason === 'unauthorized') byId('summary').append(' ', signInLink());
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
byId('logout').addEventListener('submit', () => pending.endAll());
refresh.now();
