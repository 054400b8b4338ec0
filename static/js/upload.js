// A file that is too large is said so before it is sent.
"use strict";
(() => {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.dataset.max) return;
    const most = Number(input.dataset.max);
    const large = [...input.files].some((file) => file.size > most);
    input.setCustomValidity(large ? `The file is larger than ${Math.floor(most / 1048576)} MB.` : "");
    if (large) input.reportValidity();
  });
})();
