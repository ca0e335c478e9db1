// Passkeys need the browser's own dialogue: what starts it shows only where there is one.
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !window.PublicKeyCredential;

// The dialogue was closed, or the passkey is not one of this account's.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-problem]")) words.hidden = false;
});
