export class ApiError extends Error {
  constructor(status, detail) {
    const signedOut = status === 401 || status === 403;
    super(signedOut ? 'You are signed out.' : (detail ?? `The server answered with status ${status}.`));
    this.status = status;
    this.signedOut = signedOut;
  }
}

const PATIENCE = 20_000;

async function request(path, { headers, ...init } = {}) {
  const signal = AbortSignal.timeout(PATIENCE);
  const all = { headers: { Accept: 'application/json', ...headers }, cache: 'no-store', signal, ...init };
  const response = await fetch(path, all).catch(outOfReach);
  if (response.ok) return response.json().catch(outOfReach);
  // From 500 on there is nothing in it for people.
  const problem = response.status < 500 ? await response.json().catch(() => undefined) : undefined;
  throw new ApiError(response.status, typeof problem?.detail === 'string' ? problem.detail : undefined);
}

function outOfReach() {
  throw new ApiError(0, 'The server is out of reach.');
}

function send(method, path, value, headers) {
  const body = JSON.stringify(value);
  return request(path, { method, body, headers: { 'Content-Type': 'application/json', ...headers } });
}

/**
 * What the pages show: `{cursor, user: {id, name}, demo, installUrl, guilds}`, a guild being
 * `{id, name, installed, configured, memberCount}`.
 */
export const fetchGuilds = () => request('/api/guilds');

const narrowed = (path, guildId) => (guildId ? `${path}?guild=${encodeURIComponent(guildId)}` : path);

/** `{tickets}`, a ticket being `{guildId, id, subject, status, openedBy, assignedTo, updatedAt}`. */
export const fetchTickets = (guildId) => request(narrowed('/api/tickets', guildId));

/** Claims or closes a ticket, and returns it as it is then. */
export const changeTicket = ({ guildId, id }, action) =>
  send('POST', `/api/tickets/${encodeURIComponent(guildId)}/${encodeURIComponent(id)}`, { action });

/** `{members}`, a member being `{guildId, id, name, status}`. */
export const fetchTeam = (guildId) => request(narrowed('/api/team', guildId));

export const sayStatus = (status) => send('POST', '/api/team/status', { status });

/** `{unread, notifications}`, a notification being `{id, title, text, timestamp, unread}`. */
export const fetchNotifications = () => request('/api/notifications');

export const markRead = (upTo) => send('POST', '/api/notifications/read', { upTo });

/** `{version, theme, compact}`. */
export const fetchPreferences = () => request('/api/preferences');

/** Replaces the preferences that had this version; fails with status 412 if there is another one by now. */
export const replacePreferences = (version, { theme, compact }) =>
  send('PUT', '/api/preferences', { theme, compact }, { 'If-Match': `"${version}"` });
