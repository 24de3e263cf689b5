/** Lets a `<details>` close as a menu does: by Escape, and by whatever is done elsewhere. */
export function dropdown(details) {
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !details.open) return;
    details.open = false;
    details.querySelector('summary').focus();
  });
  for (const type of ['pointerdown', 'focusin']) {
    document.addEventListener(type, ({ target }) => {
      if (!details.contains(target)) details.open = false;
    });
  }
}
