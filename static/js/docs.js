// The API page: swagger-ui on our own description, asking nobody else.
"use strict";
const root = document.getElementById("swagger-ui");

// What swagger-ui leaves without a name or out of the keyboard's reach.
new MutationObserver(() => {
  for (const select of root.querySelectorAll("select:not([aria-label], [id])")) select.setAttribute("aria-label", "Choose");
  for (const code of root.querySelectorAll("pre:not([tabindex], .version)")) code.tabIndex = 0;
}).observe(root, { childList: true, subtree: true });

SwaggerUIBundle({ url: root.dataset.url, dom_id: "#swagger-ui", validatorUrl: null, syntaxHighlight: false });
