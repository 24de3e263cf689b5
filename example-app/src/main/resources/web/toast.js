const SHOWN_FOR = 7000;
const AT_MOST = 3;

/** Shows short notes in a live region; each leaves by itself, but not while someone reads or focuses it. */
export function toaster(region) {
  return (text, kind = '') => {
    const toast = document.createElement('div');
    toast.className = `toast ${kind}`.trim();
    const words = document.createElement('p');
    words.textContent = text;
    toast.append(words, dismissButton(toast));
    region.append(toast);
    while (region.childElementCount > AT_MOST) region.firstElementChild.remove();
    leaveInTime(toast);
  };
}

function dismissButton(toast) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = '×';
  button.setAttribute('aria-label', 'Dismiss');
  button.addEventListener('click', () => toast.remove());
  return button;
}

function leaveInTime(toast) {
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), SHOWN_FOR));
  const restart = () => (clearTimeout(timer), start());
  for (const type of ['pointerenter', 'focusin']) toast.addEventListener(type, () => clearTimeout(timer));
  for (const type of ['pointerleave', 'focusout']) toast.addEventListener(type, restart);
  start();
}
