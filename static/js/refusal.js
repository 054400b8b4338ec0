// The refusal: beside the card it is about, gone with Escape, its cross, a click elsewhere or the next action.
"use strict";
(() => {
  const box = document.getElementById("refusal");
  const GAP = 8;
  let about = null;

  function place(card) {
    const at = card?.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    let left = (innerWidth - width) / 2;
    let top = innerHeight / 4;
    if (at?.width) {
      const right = at.right + GAP + width <= innerWidth;
      const beside = right || at.left - GAP - width >= 0;
      left = right ? at.right + GAP : beside ? at.left - GAP - width : Math.min(at.left, innerWidth - width - GAP);
      top = beside ? at.top : at.bottom + GAP;
    }
    box.style.left = `${Math.max(GAP, left)}px`;
    box.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  }

  leadapp.dismiss = (refocus) => {
    if (!box.matches(":popover-open")) return false;
    box.hidePopover();
    if (refocus && about?.isConnected) leadapp.focusCard(about);
    return true;
  };

  leadapp.refuse = (card) => {
    about = card;
    box.dataset.about = card?.id ?? "";
    leadapp.dismiss(false);
    box.showPopover();
    place(card);
    leadapp.say(box.innerText);
  };

  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) leadapp.dismiss(true);
    else if (event.target.closest("a")) leadapp.dismiss(false);
  });
  // What mends it at once is done as the card's own button does it, and told the same way.
  box.addEventListener("submit", (event) => {
    if (!about?.isConnected) return;
    event.preventDefault();
    leadapp.dismiss(true);
    leadapp.act(about, event.target.getAttribute("action"), {});
  });
  document.addEventListener("pointerdown", (event) => { if (!box.contains(event.target)) leadapp.dismiss(false); });
  document.addEventListener("keydown", (event) => {
    if (!box.matches(":popover-open")) return;
    if (event.key === "Escape") {
      event.preventDefault();
      leadapp.dismiss(true);
    } else if (event.key === "Tab" && !event.shiftKey && about?.contains(document.activeElement)) {
      event.preventDefault();
      (box.querySelector("a[href], button:not([data-dismiss])") ?? box.querySelector("button"))?.focus();
    }
  });
})();
