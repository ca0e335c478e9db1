// The API's pages, from the description that the same server gives. No validator elsewhere is asked.
const api = document.getElementById("api");
window.SwaggerUIBundle({ url: api.dataset.schema, domNode: api, deepLinking: true, validatorUrl: null });
