// Opens the OpenAPI document in Swagger UI; calls carry the page's CSRF token, as forms do.
"use strict";

(() => {
  const place = document.getElementById("api-docs");
  const token = place.dataset.token;
  place.replaceChildren();
  // The page has a heading and a main part of its own; Swagger UI brings others, whenever it draws anew.
  new MutationObserver(() => {
    place.querySelectorAll("h1:not([aria-level])").forEach((title) => title.setAttribute("aria-level", "2"));
    place.querySelectorAll("main:not([role])").forEach((part) => part.setAttribute("role", "none"));
  }).observe(place, { childList: true, subtree: true });
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
