import { changeTicket, fetchTeam, fetchTickets } from './api.js';
import { describe } from './describe.js';
import { byId } from './dom.js';
import { Page } from './page.js';
import { TeamStrip } from './team.js';
import { keyOf, ticketList } from './ticket-list.js';

const MOST_LIVE = 63; // guilds in one stream; see docs/example.md

const page = new Page({ load, show });
const team = new TeamStrip(page);
const list = ticketList(byId('tickets'), act);
const wanted = new Map(); // what the user has asked for and the server has not answered: key -> the ticket as it will be
let guildId = new URLSearchParams(location.search).get('guild') ?? '';
let data;

// --- data

async function load({ guilds }) {
  if (!guilds.some(({ id, installed }) => installed && id === guildId)) guildId = ''; // not theirs, or no longer
  const [{ tickets }, { members }] = await Promise.all([fetchTickets(guildId), fetchTeam(guildId)]);
  return { tickets, members };
}

function show(answer) {
  data = answer;
  const staffed = data.guilds.filter((guild) => guild.installed);
  showFilter(staffed);
  team.show(data.members, data.user.id);
  showTickets();
  const open = data.tickets.filter(({ status }) => status !== 'closed').length;
  const words = open === 1 ? '1 ticket is open.' : `${open} tickets are open.`;
  return staffed.length > MOST_LIVE ? `${words} Live in ${MOST_LIVE} of your guilds; reload for the others.` : words;
}

function showTickets() {
  const names = new Map(data.guilds.map(({ id, name }) => [id, name]));
  const tickets = data.tickets.map((ticket) => wanted.get(keyOf(ticket)) ?? ticket);
  list.show(tickets, names, wanted);
  byId('empty').hidden = tickets.length > 0;
}

function showFilter(guilds) {
  const filter = byId('filter');
  const options = [new Option('All guilds', ''), ...guilds.map(({ id, name }) => new Option(name, id))];
  const same = options.length === filter.options.length && options.every(({ value, text }, i) => {
    return filter.options[i].value === value && filter.options[i].text === text;
  });
  if (!same) filter.replaceChildren(...options); // not while somebody is choosing
  filter.value = guildId;
  filter.disabled = false;
}

byId('filter').addEventListener('change', ({ target }) => {
  guildId = target.value;
  history.replaceState(null, '', guildId ? `?guild=${encodeURIComponent(guildId)}` : location.pathname);
  page.refreshNow();
});

// --- what the user does

/** Shows at once what will be; if the server refuses, what is. */
async function act(ticket, action) {
  const key = keyOf(ticket);
  const change = action === 'claim' ? { status: 'claimed', assignedTo: data.user.name } : { status: 'closed' };
  wanted.set(key, { ...ticket, ...change });
  showTickets();
  try {
    const changed = await changeTicket(ticket, action);
    data.tickets = data.tickets.map((other) => (keyOf(other) === key ? changed : other));
  } catch (error) {
    page.sayNotDone(error);
    page.refreshSoon();
  }
  wanted.delete(key);
  showTickets();
}

// --- what happens

function happened(event) {
  if (event.metadata?.changedBy !== data.user.name) {
    const words = describe(event);
    if (words) page.toast(words, event.type === 'ticket-closed' ? '' : 'good');
  }
  list.highlight(keyOf({ guildId: event.guildId, id: event.ticketId }));
  page.refreshSoon();
}

for (const type of ['ticket-created', 'ticket-updated', 'ticket-closed']) page.on(type, happened);
for (const type of ['guild-joined', 'guild-left', 'bot-configured', 'settings-updated']) {
  page.on(type, () => page.refreshSoon());
}
page.start();
