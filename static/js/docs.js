// The API page: swagger-ui on our own description, asking nobody else.
"use strict";
SwaggerUIBundle({ url: document.getElementById("swagger-ui").dataset.url, dom_id: "#swagger-ui", validatorUrl: null, deepLinking: true });
