const SHOWN_FOR = 7000;
const AT_MOST = 3;

/** Shows short notes in a live region; each leaves by itself, but not while someone reads or focuses it. */
export function toaster(region) {
  region.tabIndex = -1; // takes the focus of a note that is dismissed
  return (text, kind = '') => {
    const toast = document.createElement('div');
    toast.className = `toast ${kind}`.trim();
    const words = document.createElement('p');
    words.textContent = text;
    toast.append(words, dismissButton(toast, region));
    region.append(toast);
    const tooMany = [...region.children].slice(0, -AT_MOST);
    tooMany.filter((old) => !isRead(old)).forEach((old) => old.remove());
    leaveInTime(toast);
  };
}

function dismissButton(toast, region) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = '×';
  button.setAttribute('aria-label', 'Dismiss');
  button.addEventListener('click', () => {
    const other = toast.nextElementSibling ?? toast.previousElementSibling;
    (other?.querySelector('button') ?? region).focus(); // or the keyboard would begin at the top again
    toast.remove();
  });
  return button;
}

function leaveInTime(toast) {
  setTimeout(() => (isRead(toast) ? leaveInTime(toast) : toast.remove()), SHOWN_FOR);
}

function isRead(toast) {
  return toast.matches(':hover, :focus-within');
}
