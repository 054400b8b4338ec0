// Dragging: while a card is held, the columns it may enter are outlined. A drop posts or asks; the server decides.
"use strict";
(() => {
  const board = document.querySelector(".columns[data-act]");
  if (!board) return;
  const columns = [...board.querySelectorAll(".column")];
  const columnOf = (element) => element.closest(".column");
  let next = null;

  const mayEnter = (from, to) => from !== to && (from.dataset.to ?? "").split(" ").includes(to.dataset.stage);

  function over(column) {
    for (const each of columns) each.classList.toggle("over", each === column);
  }

  function start({ item, from }) {
    next = item.nextElementSibling;
    const source = columnOf(from);
    const lacks = item.querySelector(".lacks")?.textContent ?? "";
    leadapp.dismiss(false);
    board.classList.add("held");
    source.classList.add("from");
    for (const column of columns) {
      column.classList.toggle("enter", mayEnter(source, column));
      column.querySelector(".drop-hint").textContent = column.dataset.drop === "handoff" ? lacks : "";
    }
  }

  function end({ item, from, to }) {
    board.classList.remove("held");
    for (const column of columns) column.classList.remove("from", "enter", "over");
    const [source, target] = [columnOf(from), columnOf(to)];
    if (source === target) return;
    leadapp.hold(item, from, next);
    const url = `${item.dataset.url}/${target.dataset.drop}`;
    if ("asks" in target.dataset) leadapp.ask(url, item);
    else leadapp.act(item, `${url}?seen=${item.dataset.stage}`, { to: target.dataset.stage });
  }

  for (const list of board.querySelectorAll(".cards, .strip-drop")) {
    Sortable.create(list, {
      group: { name: "cards", put: (to, from) => mayEnter(columnOf(from.el), columnOf(to.el)) },
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
      onMove: ({ to, from }) => over(to === from ? null : columnOf(to)),
      onEnd: end,
    });
  }
})();
