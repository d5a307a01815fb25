// A typed password can be looked at: on a phone and with Vietnamese input it is easily mistyped.

export function showSecrets(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-secret]")) {
    const input = box.querySelector("input");
    const button = box.querySelector("button");
    if (!input || !button) continue;
    const words = [button.textContent ?? "", button.dataset["shown"] ?? ""];
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = input.type === "password";
      input.type = open ? "text" : "password";
      button.textContent = words[open ? 1 : 0] ?? "";
      input.focus();
    });
    input.form?.addEventListener("submit", () => (input.type = "password"));
  }
}
