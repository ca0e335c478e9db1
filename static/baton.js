// Comforts only: every page works without this file.
import { initAll as initGovuk } from "./vendor/govuk.js";
import { initAll as initMoj } from "./vendor/moj.js";

const quietly = { onError: () => {} };

initGovuk();
initMoj();

// A fragment that arrives later brings its own components; those that already run refuse a second start.
document.body.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt === document.body) return;
  const scope = detail.elt.parentElement;
  initGovuk({ ...quietly, scope });
  initMoj({ ...quietly, scope });
});

// A fragment that answers with the sign-in page means that the session has ended: the whole page goes there.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href);
  if (answered.pathname === event.detail.pathInfo.finalRequestPath.split("?")[0]) return;
  if (answered.pathname.endsWith("/login/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

// A request that failed is said aloud and shown, instead of a button that seems dead.
function say(words) {
  let place = document.getElementById("baton-said");
  if (!place) {
    place = document.createElement("p");
    place.id = "baton-said";
    place.className = "baton-said";
    place.setAttribute("role", "alert");
    document.body.append(place);
  }
  place.textContent = words;
  setTimeout(() => place.remove(), 8000);
}
document.body.addEventListener("htmx:sendError", () => say("There is no connection. Try again when you are back online."));
document.body.addEventListener("htmx:timeout", () => say("This is taking too long. Try again in a minute."));
document.body.addEventListener("htmx:responseError", ({ detail }) => {
  say(detail.xhr.status === 404 ? "This is no longer here. Reload the page." : "That did not work. Reload the page and try again.");
});

// On a phone the list comes first and its filters are folded away, unless one is in use.
if (matchMedia("(max-width: 40rem)").matches) {
  for (const filters of document.querySelectorAll("details.baton-filters:not([data-active])")) filters.open = false;
}
document.body.classList.add("baton-ready");

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
