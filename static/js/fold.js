// Which final columns stand open is remembered on this machine. Not deferred: the board is drawn right the first time.
"use strict";
(() => {
  const KEY = `leadapp.open${location.pathname}`;
  let open = {};
  try { open = JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { /* no storage: the server's choice stands */ }
  for (const column of document.querySelectorAll("details[data-fold]")) {
    const { stage } = column.dataset;
    if (stage in open) column.open = open[stage];
    column.addEventListener("toggle", () => {
      open[stage] = column.open;
      try { localStorage.setItem(KEY, JSON.stringify(open)); } catch { /* not remembered, then */ }
    });
  }
})();
