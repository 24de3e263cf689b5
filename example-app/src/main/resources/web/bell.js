import { fetchNotifications, markRead } from './api.js';
import { byId, element } from './dom.js';
import { dropdown } from './dropdown.js';
import { Refresh } from './refresh.js';

const MOST_COUNTED = 99;

/** The bell: how many notifications are unread, and which; the same in all tabs. */
export function startBell(page) {
  const refresh = new Refresh(fetchNotifications, show, (error) => !error.signedOut);
  let latest = 0;

  function show({ unread, notifications }) {
    latest = notifications[0]?.id ?? 0;
    byId('unread').hidden = unread === 0;
    byId('unread').textContent = unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread;
    byId('bell').querySelector('summary').setAttribute('aria-label', `Notifications, ${unread} unread`);
    byId('notifications').replaceChildren(...notifications.map(row));
    byId('no-notifications').hidden = notifications.length > 0;
    byId('mark-read').hidden = unread === 0;
  }

  byId('mark-read').addEventListener('click', async () => {
    try {
      show(await markRead(latest));
      byId('bell').querySelector('summary').focus(); // the button that had the focus is gone
    } catch (error) {
      page.sayNotDone(error);
    }
  });
  dropdown(byId('bell'));
  page.on('notification', ({ title }) => {
    page.toast(title);
    refresh.soon();
  });
  page.on('notifications-read', () => refresh.soon());
  page.fetches(() => refresh.now());
}

function row({ title, text, timestamp, unread }) {
  const item = element('li', unread ? 'unread' : '');
  item.append(element('strong', '', title));
  if (text) item.append(element('p', '', text));
  const time = element('time', 'hint', new Date(timestamp).toLocaleString());
  time.dateTime = new Date(timestamp).toISOString();
  item.append(time);
  return item;
}
