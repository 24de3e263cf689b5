export class ApiError extends Error {
  constructor(status) {
    super(status === 401 || status === 403 ? 'You are signed out.' : `The server answered with status ${status}.`);
    this.signedOut = status === 401 || status === 403;
  }
}

/**
 * What the pages show: `{cursor, user: {id, name}, demo, installUrl, guilds}`, a guild being
 * `{id, name, installed, configured, memberCount}`.
 */
export async function fetchGuilds() {
  const response = await fetch('/api/guilds', { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!response.ok) throw new ApiError(response.status);
  return response.json();
}
