// A card's buttons: sent without leaving the page, each card with its own queue. Without JavaScript they are a plain form.
"use strict";
(() => {
  const focusedBy = new WeakMap();

  leadapp.act = (card, url, values) => {
    if (card.getAttribute("aria-busy") === "true") return;
    focusedBy.set(card, card.contains(document.activeElement));
    leadapp.dismiss(false);
    leadapp.wait(card);
    htmx.ajax("POST", url, { source: card, target: card, swap: "none", values }).catch(() => {});
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    const card = event.target.matches("[data-act]") && button?.closest("[data-url]");
    if (!card) return;
    event.preventDefault();
    leadapp.act(card, button.getAttribute("formaction"), button.name ? { [button.name]: button.value } : {});
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const card = detail.requestConfig?.elt;
    if (!card?.matches(".card") || detail.requestConfig.verb !== "post") return;
    leadapp.settle(card.id, focusedBy.get(card));
    if (detail.target?.id === "refusal" && detail.xhr.status >= 400) leadapp.refuse(document.getElementById(card.id));
  });
})();
