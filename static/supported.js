// Runs before the page is drawn: says that scripts work, so that nothing jumps when they arrive.
document.body.classList.add("js-enabled");
// What waits for the scripts waits no longer than this.
setTimeout(() => document.body.classList.add("baton-ready"), 5000);
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
