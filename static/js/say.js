// What the page says: in the live region for the ear, and in a toast for what went wrong out of sight.
"use strict";
window.leadapp = {};
(() => {
  const OFFLINE = "The server could not be reached. Nothing on this page was changed. Check the connection and try again.";
  const LATE = "The server did not answer in time. Reload the page to see whether it went through.";
  const BROKEN = "The server failed at this. Reload the page to see what was saved, then try again.";
  const REFUSED = {
    403: "You may not do this.",
    404: "It is not there any more, or not yours. Reload the page to see what is.",
    429: "Too many requests. Wait a moment and try again.",
  };
  let timer;

  leadapp.say = (text) => { document.getElementById("live").textContent = text; };

  leadapp.toast = (text) => {
    const toast = document.getElementById("toast");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button ghost tiny";
    close.textContent = "Dismiss";
    close.onclick = () => { toast.hidden = true; };
    toast.replaceChildren(text, close);
    toast.className = "error";
    toast.hidden = false;
    leadapp.say(text);
    clearTimeout(timer);
    timer = setTimeout(close.onclick, 12000);
  };

  document.addEventListener("htmx:sendError", () => leadapp.toast(OFFLINE));
  document.addEventListener("htmx:timeout", () => leadapp.toast(LATE));
  document.addEventListener("htmx:responseError", () => leadapp.toast(BROKEN));

  // A 4xx is swapped only where the server says where it belongs, or into the form that was wrong (422).
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (/^\s*<!doctype/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      if (xhr.status < 400) location.assign(xhr.responseURL);
      else if (xhr.status < 500) leadapp.toast(REFUSED[xhr.status] ?? BROKEN);
      return;
    }
    const placed = xhr.getResponseHeader("HX-Retarget") || (xhr.status === 422 && target.id !== "refusal");
    if (xhr.status >= 400 && xhr.status < 500 && !placed) {
      event.detail.shouldSwap = false;
      leadapp.toast(REFUSED[xhr.status] ?? BROKEN);
    }
  });
})();
