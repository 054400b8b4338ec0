// Links with data-dialog open in the dialog; forms in the dialog and the panel are answered in place.
// Without JavaScript the same links open pages, and the same forms post and redirect.
"use strict";
(() => {
  const dialog = document.getElementById("dialog");
  let address = "";
  let card = null;

  // card: the one the question is about, which waits where it was dropped until the dialog closes.
  leadapp.ask = (url, about) => {
    address = url;
    card = about ?? null;
    if (card) leadapp.wait(card);
    htmx.ajax("GET", url, { source: dialog, target: dialog, swap: "innerHTML" }).catch(() => {});
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    leadapp.dismiss(false);
    leadapp.ask(link.href, link.closest(".card") ?? (dialog.open ? card : null));
  });

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dismiss]")) dialog.close();
  });

  // The card goes where it belongs at once; the dialog's own close event would come a moment later.
  function release() {
    const about = card;
    card = null;
    if (dialog.open) dialog.close();
    if (about) leadapp.settle(about.id, true);
    return about && document.getElementById(about.id);
  }

  dialog.addEventListener("close", () => {
    release();
    dialog.replaceChildren();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const frame = form.closest("#dialog, #panel");
    if (!frame || form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const button = event.submitter;
    const url = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? (frame === dialog ? address : location.href);
    const swap = frame === dialog ? "innerHTML" : "morph:innerHTML";
    const values = button?.name ? { [button.name]: button.value } : {};
    htmx.ajax("POST", url, { source: form, target: frame, swap, values }).catch(() => {});
  });

  function opened() {
    if (!dialog.open) dialog.showModal();
    dialog.setAttribute("aria-label", dialog.querySelector("h2")?.textContent ?? "Dialog");
    dialog.querySelector("[autofocus], [aria-invalid], .dialog-body :is(input:not([type=hidden]), select, textarea, button, a)")?.focus();
  }

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { elt } = detail.requestConfig ?? {};
    if (!elt || elt.matches(".card")) return;
    elt.removeAttribute("aria-busy");
    const shown = detail.target === dialog && dialog.children.length > 0;
    if (detail.target?.id === "refusal") leadapp.refuse(release());
    else if (detail.target !== dialog) return;
    else if (detail.successful && shown) opened();
    else if (detail.successful || !dialog.open) release();
  });
})();
