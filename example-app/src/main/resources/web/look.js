// What the page looks like, before anything is painted: as it did last time. No module, since those come later.
(() => {
  try {
    const { theme, compact } = JSON.parse(localStorage.getItem('tidings.look')) ?? {};
    document.documentElement.dataset.theme = theme ?? 'system';
    document.documentElement.toggleAttribute('data-compact', compact === true);
  } catch {
    // Storage is forbidden, or holds something else.
  }
})();
