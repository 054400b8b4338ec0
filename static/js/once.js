// A plain form is sent once, however often its button is pressed; Back makes it fresh again.
"use strict";
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const busy of document.querySelectorAll("form[aria-busy], button[aria-busy]")) busy.removeAttribute("aria-busy");
  });
})();
