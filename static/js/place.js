// Where a card belongs: in the list of its data-stage. After an answer it goes there, or back to where it was taken from.
"use strict";
(() => {
  const home = new WeakMap();
  const board = document.querySelector(".board") && location.pathname + location.search;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  leadapp.hold = (card, list, next) => home.set(card, { list, next });

  leadapp.wait = (card) => {
    card.setAttribute("aria-busy", "true");
    card.classList.add("waiting");
  };

  // The columns clip what leaves them, so the glide is a copy above the page.
  function glide(card, from) {
    const to = card.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if (still.matches || !to.width || !from.width || (Math.abs(x) < 2 && Math.abs(y) < 2)) return;
    if (!card.getAttribute("style")) card.removeAttribute("style"); // the CSP refuses to clone an empty one
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    copy.inert = true;
    Object.assign(copy.style, {
      position: "fixed", zIndex: 3, top: `${to.top}px`, left: `${to.left}px`, width: `${to.width}px`, pointerEvents: "none",
    });
    document.body.append(copy);
    card.classList.add("gliding");
    copy.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: 120, easing: "ease-out" })
      .finished.finally(() => { copy.remove(); card.classList.remove("gliding"); });
  }

  leadapp.focusCard = (card) => {
    const folded = card.closest("details:not([open])");
    (folded?.querySelector("summary") ?? card.querySelector("h3 a"))?.focus({ preventScroll: Boolean(folded) });
  };

  // Puts the card where it belongs and gives it the focus back if it had it.
  leadapp.settle = (id, focused) => {
    const card = document.getElementById(id);
    if (!card) return;
    card.classList.remove("waiting");
    card.removeAttribute("aria-busy");
    const list = document.getElementById(`cards-${card.dataset.stage}`);
    if (!list) return;
    const from = card.getBoundingClientRect();
    const origin = home.get(card);
    home.delete(card);
    if (origin?.list === list) list.insertBefore(card, origin.next?.parentElement === list ? origin.next : null);
    else if (card.parentElement !== list) list.prepend(card);
    if (focused) leadapp.focusCard(card);
    glide(card, from);
  };

  // The server draws what this board shows: an open panel has put its own address in the place of the board's.
  document.addEventListener("htmx:configRequest", ({ detail }) => { if (board) detail.headers["X-Board"] = board; });

  // "Show more" may bring a card that came here meanwhile by a move.
  document.addEventListener("htmx:load", ({ target }) => {
    if (target.matches?.(".card") && document.getElementById(target.id) !== target) target.remove();
  });

  // What was moved in the panel or a dialog: its card is drawn anew where it stood, and goes where it belongs now.
  function settleStrays() {
    for (const list of document.querySelectorAll(".cards[data-stage]")) {
      const strays = list.querySelectorAll(`:scope > .card:not([data-stage="${list.dataset.stage}"], .waiting, .ghost)`);
      for (const card of strays) leadapp.settle(card.id);
    }
  }

  // A card the page does not have yet: new ones come through #incoming.
  document.addEventListener("htmx:afterSettle", () => {
    settleStrays();
    for (const card of document.querySelectorAll("#incoming > .card")) {
      document.getElementById(`cards-${card.dataset.stage}`)?.prepend(card);
    }
    document.getElementById("incoming").replaceChildren();
  });
})();
