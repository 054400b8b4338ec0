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

  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (card) leadapp.settle(card.id, true);
    card = null;
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
    if (elt === dialog || dialog.contains(elt) || (dialog.open && elt?.matches("form") && !elt.isConnected)) {
      const about = card && card.id;
      if (detail.target?.id === "refusal") {
        dialog.close();
        leadapp.refuse(document.getElementById(about));
      } else if (detail.target === dialog && detail.successful && dialog.children.length) opened();
      else if (detail.target === dialog && detail.successful && !dialog.children.length) dialog.open ? dialog.close() : dialog.dispatchEvent(new Event("close"));
      else if (!dialog.open) dialog.dispatchEvent(new Event("close"));
    }
    elt?.removeAttribute("aria-busy");
  });
})();
