// A list beside what narrows it: the pane stands open where there is room, and the address to be saved follows the list.

export function keepLists(): void {
  const pane = document.querySelector<HTMLDetailsElement>("details[data-wide]");
  if (!pane) return;
  const wide = window.matchMedia("(min-width: 1001px)");
  const fit = (): void => {
    pane.open = wide.matches;
  };
  fit();
  wide.addEventListener("change", fit);
  document.addEventListener("toggle", closeOthers, true);
  document.addEventListener("change", passOn);
  const saving = document.querySelector<HTMLInputElement>("input[data-query]");
  saving?.form?.addEventListener("submit", () => {
    saving.value = document.getElementById("found")?.dataset["query"] ?? "";
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
}

// A control may belong to the form and stand elsewhere: what happens to it does not rise through the form by itself.
function passOn(event: Event): void {
  const control = event.target;
  if (!(control instanceof HTMLInputElement) || control.type === "search") return;
  if (control.form?.id === "asked" && !control.form.contains(control)) control.form.dispatchEvent(new Event("change"));
}

function closeOthers(event: Event): void {
  const opened = event.target;
  if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.matches(".menu")) return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (menu !== opened) menu.open = false;
  }
}
