/**
 * The installs that were begun in this tab and not confirmed yet: guild id -> time. They outlive the trip to the
 * consent page, and nothing else: without storage the page merely forgets that it was asked.
 */
const KEY = 'tidings.installing';
const PATIENCE = 60_000;

function read() {
  try {
    const value = JSON.parse(sessionStorage.getItem(KEY));
    return new Map(Object.entries(value ?? {}).filter(([, since]) => Number.isFinite(since)));
  } catch {
    return new Map();
  }
}

function write(installs) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(installs)));
  } catch {
    // Storage is full or forbidden.
  }
}

export function begin(guildId) {
  write(read().set(guildId, Date.now()));
}

export function end(guildId) {
  const installs = read();
  if (installs.delete(guildId)) write(installs);
}

export function endAll() {
  write(new Map());
}

/** Milliseconds until waiting has been long; 0 or less when it has; undefined if nothing was begun. */
export function patienceLeft(guildId) {
  const since = read().get(guildId);
  return since === undefined ? undefined : since + PATIENCE - Date.now();
}
