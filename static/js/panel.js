// Links with data-panel open beside the board under their own address; Escape goes back to the board and the very card.
"use strict";
(() => {
  const panel = document.getElementById("panel");
  let opener = null;
  let title = "";
  let shown = "";

  const isOpen = () => panel.children.length > 0;

  function mark() {
    for (const card of document.querySelectorAll(".card.open")) card.classList.remove("open");
    if (isOpen() && opener?.id) document.getElementById(opener.id)?.classList.add("open");
  }

  function load(url) {
    const before = panel.firstElementChild;
    return htmx.ajax("GET", url.split("#")[0], { source: panel, target: panel, swap: "innerHTML" }).then(() => {
      if (panel.firstElementChild === before) return false; // refused: what stood there stays
      shown = new URL(url, location).pathname;
      const wanted = url.includes("#") && panel.querySelector(`#${CSS.escape(url.split("#")[1])}`);
      if (wanted) {
        const fold = wanted.closest("details") ?? wanted.querySelector("details");
        if (fold) fold.open = true;
        const control = "input:not([type=hidden]), select, textarea, button";
        (wanted.matches(control) ? wanted : wanted.querySelector(control) ?? wanted).focus();
      } else {
        panel.focus({ preventScroll: true });
      }
      document.title = `${panel.querySelector("h2")?.textContent ?? "Lead"} · leadapp`;
      mark();
      return true;
    }).catch(() => false);
  }

  async function open(url, from) {
    const first = !isOpen();
    if (first) title = document.title;
    opener = from ?? opener;
    if (!(await load(url))) return;
    history[first ? "pushState" : "replaceState"]({ panel: url }, "", url);
  }

  function clear() {
    if (!isOpen()) return;
    panel.replaceChildren();
    document.title = title;
    mark();
    const card = opener?.id ? document.getElementById(opener.id) : opener;
    if (card?.matches(".card")) leadapp.focusCard(card);
    else card?.focus();
    opener = null;
  }

  // Where the focus goes back to: the card, also where its refusal led here.
  function openerOf(link) {
    if (link.closest("#panel")) return null;
    const refused = link.closest("#refusal")?.dataset.about;
    return refused ? document.getElementById(refused) : link.closest(".card") ?? link;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-panel]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    leadapp.dismiss(false);
    open(link.href, openerOf(link));
  });

  panel.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) history.back(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && isOpen() && !document.getElementById("dialog").open) history.back();
  });
  addEventListener("popstate", (event) => { event.state?.panel ? load(event.state.panel) : clear(); });

  // The server says that a record changed: the panel shows it anew, a page of its own is fetched again.
  document.addEventListener("leadapp:changed", ({ detail }) => {
    if (isOpen() && shown === detail.url) {
      htmx.ajax("GET", shown, { source: panel, target: panel, swap: "morph:innerHTML" }).catch(() => {});
    } else if (!document.querySelector(".board")) {
      location.reload();
    }
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const told = detail.xhr.getResponseHeader("HX-Trigger")?.includes("leadapp:changed");
    if (detail.target === panel && told) detail.swapOverride = "none";
  });
  // An answer may show another record than was asked for: a new lead, or the lead once its form is saved.
  function rename() {
    const record = panel.querySelector("[data-record]")?.dataset.record;
    if (!record || record === shown) return;
    shown = record;
    if (history.state?.panel) history.replaceState({ panel: record }, "", record);
    document.title = `${panel.querySelector("h2").textContent} · leadapp`;
  }
  // What is being written in one form outlasts the answer to another: the note, while the lead is analyzed.
  let drafts = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target !== panel) return;
    const written = [...panel.querySelectorAll("form textarea")].filter((area) => area.value !== area.defaultValue);
    drafts = written.filter((area) => area.form !== detail.requestConfig.elt)
      .map((area) => ({ id: area.id, action: area.form.getAttribute("action"), text: area.value }));
  });
  function restore() {
    for (const { id, action, text } of drafts) {
      const area = panel.querySelector(`form[action="${action}"] #${id}`);
      if (area && area.value === area.defaultValue) area.value = text;
    }
    drafts = [];
  }
  document.addEventListener("htmx:afterSettle", () => {
    rename();
    restore();
    mark();
    if (isOpen() && document.activeElement === document.body) panel.focus({ preventScroll: true });
  });
})();
