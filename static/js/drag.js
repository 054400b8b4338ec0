// Dragging: while a card is held, the columns it may enter are outlined. A drop posts or asks; the server decides.
"use strict";
(() => {
  const board = document.querySelector(".columns[data-act]");
  if (!board) return;
  const columns = [...board.querySelectorAll(".column")];
  const columnOf = (element) => element.closest(".column");
  let held = null;

  const mayEnter = (to) => to && to !== held.column && held.column.dataset.to.split(" ").includes(to.dataset.stage);

  function over(column) {
    for (const each of columns) each.classList.toggle("over", each === column);
  }

  function putBack() {
    held.list.insertBefore(held.card, held.next);
  }

  function start({ item, from }) {
    held = { card: item, list: from, next: item.nextElementSibling, column: columnOf(from) };
    const lacks = item.querySelector(".lacks")?.textContent ?? "";
    leadapp.dismiss(false);
    board.classList.add("held");
    held.column.classList.add("from");
    for (const column of columns) {
      column.classList.toggle("enter", mayEnter(column));
      column.querySelector(".drop-hint").textContent = column.dataset.drop === "handoff" ? lacks : "";
    }
  }

  // Where the pointer lets go decides, not where the card last found room. "dragend" alone means it was given up.
  function end({ originalEvent }) {
    const { card, list, next, column } = held;
    const point = originalEvent.changedTouches?.[0] ?? originalEvent;
    const under = document.elementFromPoint(point.clientX, point.clientY);
    const target = originalEvent.type === "dragend" || !under ? null : columnOf(under);
    const enters = mayEnter(target);
    board.classList.remove("held");
    for (const each of columns) each.classList.remove("from", "enter", "over");
    leadapp.hold(card, list, next);
    held = null;
    if (!enters) return leadapp.settle(card.id);
    const url = `${card.dataset.url}/${target.dataset.drop}?seen=${column.dataset.stage}`;
    if ("asks" in target.dataset) leadapp.ask(url, card);
    else leadapp.act(card, url, { to: target.dataset.stage });
  }

  // A column's head takes a drop as well, and over a column that may not be entered the card goes home.
  board.addEventListener("dragover", (event) => {
    if (!held) return;
    const column = columnOf(event.target);
    const enters = mayEnter(column);
    over(enters ? column : null);
    if (enters) event.preventDefault();
    else if (held.card.parentElement !== held.list) putBack();
  });

  for (const list of board.querySelectorAll(".cards, .strip-drop")) {
    Sortable.create(list, {
      group: { name: "cards", put: (to) => Boolean(held) && mayEnter(columnOf(to.el)) },
      sort: false,
      draggable: ".card.can",
      filter: ".acts, .waiting",
      preventOnFilter: false,
      delay: 200,
      delayOnTouchOnly: true,
      touchStartThreshold: 4,
      ghostClass: "ghost",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      onStart: start,
      onMove: ({ to }) => over(mayEnter(columnOf(to)) ? columnOf(to) : null),
      onEnd: end,
    });
  }
})();
