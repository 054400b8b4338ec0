// Menus (<details data-menu>) close with Escape or a click elsewhere; filter forms leave out what is empty.
"use strict";
(() => {
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("pointerdown", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    for (const menu of openMenus()) {
      event.preventDefault();
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  for (const menu of document.querySelectorAll("details[data-menu]")) {
    menu.addEventListener("toggle", () => {
      if (menu.open) menu.querySelector(".pop :is(input:not([type=hidden]), select)")?.focus();
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("[data-skip-empty]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
})();
