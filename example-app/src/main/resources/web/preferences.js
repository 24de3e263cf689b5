import { fetchPreferences, replacePreferences } from './api.js';
import { byId } from './dom.js';
import { dropdown } from './dropdown.js';
import { Refresh } from './refresh.js';

/** How the pages look: changed here, applied in all tabs and on all devices. */
export function startPreferences(page) {
  const refresh = new Refresh(fetchPreferences, apply, (error) => !error.signedOut);
  let current; // from the first answer on

  /** Never an older version over a newer one: an event may overtake an answer. */
  function apply(preferences) {
    if (current && preferences.version < current.version) return;
    current = preferences;
    look(preferences);
    byId('theme').disabled = byId('compact').disabled = false; // what is chosen before would be lost
  }

  async function change() {
    if (!current) return;
    const wanted = { theme: byId('theme').value, compact: byId('compact').checked };
    look(wanted); // at once; taken back if it is refused
    try {
      apply(await replacePreferences(current.version, wanted));
    } catch (error) {
      look(current);
      if (error.status !== 412) return page.sayNotDone(error);
      page.toast('Not done: you changed this on another device just now.', 'bad');
      refresh.now();
    }
  }

  byId('theme').addEventListener('change', change);
  byId('compact').addEventListener('change', change);
  dropdown(byId('settings'));
  page.on('preferences-updated', apply);
  page.fetches(() => refresh.now());
}

function look({ theme, compact }) {
  byId('theme').value = theme;
  byId('compact').checked = compact;
  document.documentElement.dataset.theme = theme;
  document.documentElement.toggleAttribute('data-compact', compact);
  try {
    localStorage.setItem('tidings.look', JSON.stringify({ theme, compact })); // for the next page: see look.js
  } catch {
    // Storage is full or forbidden.
  }
}
