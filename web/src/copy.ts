// A button with data-copy puts the text of what it names on the clipboard and says so; without a clipboard it selects it.

export function copyTexts(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    const source = button && document.querySelector<HTMLTextAreaElement>(button.dataset.copy ?? "");
    if (!button || !source) return;
    source.select();
    void navigator.clipboard?.writeText(source.value).then(() => {
      button.textContent = button.dataset.done ?? button.textContent;
    });
  });
}
