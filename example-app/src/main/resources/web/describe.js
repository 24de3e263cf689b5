const LONGEST_VALUE = 40;
const MOST_CHANGES = 3;

/** An event as a sentence for people; null for an event that says nothing to them. */
export function describe({ type, guildName, subject, metadata }) {
  const guild = guildName || 'a guild';
  const ticket = short(String(subject ?? ''));
  switch (type) {
    case 'guild-joined':
      return `Tidings bot joined ${guild}`;
    case 'guild-left':
      return `Tidings bot left ${guild}`;
    case 'bot-configured':
      return `Tidings bot was configured in ${guild}${by(metadata)}${changes(metadata)}`;
    case 'settings-updated':
      return `Settings of ${guild} were changed${by(metadata)}${changes(metadata)}`;
    case 'ticket-created':
      return `New ticket: ${ticket}`;
    case 'ticket-updated':
      return `Ticket was changed${by(metadata)}: ${ticket}`;
    case 'ticket-closed':
      return `Ticket was closed${by(metadata)}: ${ticket}`;
    default:
      return null;
  }
}

function by(metadata) {
  const who = metadata?.changedBy?.name ?? metadata?.changedBy;
  return typeof who === 'string' && who ? ` by ${short(who)}` : '';
}

function changes(metadata) {
  const { previousState: before, newState: after } = metadata ?? {};
  if (!isObject(after)) return after === undefined ? '' : `: ${from(before)}${value(after)}`;
  const old = isObject(before) ? before : {};
  const changed = Object.keys({ ...old, ...after }).filter((key) => value(old[key]) !== value(after[key]));
  const told = changed.slice(0, MOST_CHANGES).map((key) => `${short(key)} ${from(old[key])}${value(after[key])}`);
  const rest = changed.length - told.length;
  if (rest > 0) told.push(`${rest} more`);
  return told.length ? `: ${told.join(', ')}` : '';
}

function from(before) {
  return before === undefined || before === null ? '' : `${value(before)} → `;
}

function value(any) {
  if (any === undefined || any === null || any === '') return 'none';
  return short(typeof any === 'string' ? any : JSON.stringify(any));
}

function short(text) {
  const characters = [...text];
  return characters.length > LONGEST_VALUE ? `${characters.slice(0, LONGEST_VALUE - 1).join('')}…` : text;
}

function isObject(any) {
  return typeof any === 'object' && any !== null && !Array.isArray(any);
}
