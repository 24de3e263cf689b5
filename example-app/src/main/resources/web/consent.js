import { fetchGuilds } from './api.js';
import * as pending from './pending.js';

const form = document.getElementById('consent');
const select = document.getElementById('guild');
const problem = document.getElementById('problem');
const wanted = new URLSearchParams(location.search).get('guild');

function offer(guilds) {
  const open = guilds.filter((guild) => !guild.installed);
  const options = open.map((guild) => new Option(guild.name, guild.id, false, guild.id === wanted));
  if (!open.some((guild) => guild.id === wanted)) options.unshift(new Option('Choose a guild', '', true, true));
  select.replaceChildren(...options);
  if (open.length === 0) return refuse('The bot is in each of your guilds already.', 'None left');
  if (wanted && select.value === '') problem.textContent = 'That guild is not yours, or has the bot already.';
  select.disabled = false;
  document.getElementById('authorise').disabled = false;
}

function refuse(text, option) {
  problem.textContent = text;
  select.replaceChildren(new Option(option, ''));
}

function leave() {
  if (wanted) pending.end(wanted);
  pending.end(select.value); // it was sent, and refused
}

form.addEventListener('submit', () => {
  if (select.value !== wanted) leave();
  pending.begin(select.value);
});
document.getElementById('cancel').addEventListener('click', leave);

try {
  offer((await fetchGuilds()).guilds);
} catch (error) {
  refuse(error.signedOut ? 'You are signed out.' : 'Your guilds could not be loaded.', 'Not available');
}
