// Opens the OpenAPI document in Swagger UI; calls carry the page's CSRF token, as forms do.
"use strict";

(() => {
  const place = document.getElementById("api-docs");
  const token = place.dataset.token;
  place.replaceChildren();
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    persistAuthorization: false,
    requestInterceptor(request) {
      if (new URL(request.url, location.href).origin === location.origin) {
        request.headers["X-CSRFToken"] = token;
      }
      return request;
    },
    onComplete() {
      place.dataset.ready = "yes";
    },
  });
})();
