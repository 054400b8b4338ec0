// Arrow keys walk from card to card on the board; "/" goes to the search.
"use strict";
(() => {
  const links = (list) => [...list.querySelectorAll(".card h3 a")];

  function walk(link, key) {
    const list = link.closest(".cards");
    const here = links(list).indexOf(link);
    if (key === "ArrowDown" || key === "ArrowUp") return links(list)[here + (key === "ArrowDown" ? 1 : -1)];
    const lists = [...document.querySelectorAll(".column:not(details:not([open])) .cards")].filter((each) => links(each).length);
    const beside = lists[lists.indexOf(list) + (key === "ArrowRight" ? 1 : -1)];
    return beside && links(beside)[Math.min(here, links(beside).length - 1)];
  }

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const link = event.target.closest?.(".card h3 a");
    const to = link && event.key.startsWith("Arrow") ? walk(link, event.key) : null;
    if (to) {
      event.preventDefault();
      to.focus();
      to.closest(".card").scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === "/" && !event.target.closest("input, textarea, select, dialog")) {
      event.preventDefault();
      document.querySelector("input[type=search]")?.focus();
    }
  });
})();
