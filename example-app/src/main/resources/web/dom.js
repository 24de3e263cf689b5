export const byId = (id) => document.getElementById(id);

export function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function badge(text, kind) {
  return element('span', `badge ${kind}`, text);
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

const PALETTE = 6;

/** A class that gives what has this id its own colour, always the same. */
export function hue(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return `hue-${sum % PALETTE}`;
}

/** Shows or hides the button to retry, and keeps the keyboard's place: at the status, which says what became of it. */
export function showRetry(shown) {
  const retry = byId('retry');
  const hadFocus = document.activeElement === retry;
  retry.hidden = !shown;
  if (shown || !hadFocus) return;
  byId('status').tabIndex = -1;
  byId('status').focus();
}
