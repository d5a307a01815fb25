// A place where a file may be dropped: it fills the file input inside it and sends the form.

export function acceptDrops(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-drop]")) {
    const input = place.querySelector<HTMLInputElement>("input[type=file]");
    const form = place.closest("form");
    if (!input || !form) continue;
    tellPicked(place, input);
    for (const name of ["dragenter", "dragover"]) place.addEventListener(name, (event) => hover(event, place, true));
    for (const name of ["dragleave", "drop"]) place.addEventListener(name, (event) => hover(event, place, false));
    place.addEventListener("drop", (event) => {
      const files = event.dataTransfer?.files;
      if (!files?.length) return;
      input.files = files;
      input.dispatchEvent(new Event("change"));
      form.requestSubmit();
    });
    form.addEventListener("submit", () => busy(form));
  }
}

// With a script the browser's own button, which speaks the browser's language, gives way to ours.
function tellPicked(place: HTMLElement, input: HTMLInputElement): void {
  const told = place.querySelector<HTMLOutputElement>("output");
  if (!told) return;
  place.classList.add("ready");
  const tell = (): void => {
    const many = input.files?.length ?? 0;
    told.textContent = many > 1 ? (told.dataset["many"] ?? "").replace("{n}", String(many)) : (input.files?.[0]?.name ?? told.dataset["none"] ?? "");
  };
  input.addEventListener("change", tell);
  tell();
}

function hover(event: Event, place: HTMLElement, over: boolean): void {
  event.preventDefault();
  place.classList.toggle("over", over);
}

function busy(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("button[data-busy]");
  if (!button) return;
  button.textContent = button.dataset["busy"] ?? "";
  button.disabled = true;
}
