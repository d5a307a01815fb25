// A changed number runs to its new value within 150 ms and glows once.

const RUN = 150;

export function changeNumbers(before: Element, after: Element): void {
  for (const element of after.querySelectorAll<HTMLElement>("[data-n]")) {
    const old = before.querySelector<HTMLElement>(`[data-n][data-key="${element.dataset["key"] ?? ""}"]`);
    if (!old || old.dataset["n"] === element.dataset["n"]) continue;
    element.classList.add("changed");
    run(element, Number(old.dataset["n"]), Number(element.dataset["n"]));
  }
}

function run(element: HTMLElement, from: number, to: number): void {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const text = element.firstChild;
  if (calm || !(text instanceof Text) || element.dataset["short"] !== undefined || !Number.isFinite(from + to)) return;
  const final = text.data;
  const digits = Number(element.dataset["decimals"] ?? 0);
  const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const suffix = element.dataset["suffix"] ?? "";
  const started = performance.now();
  const step = (now: number) => {
    const part = Math.min(1, (now - started) / RUN);
    text.data = part < 1 ? format.format(from + (to - from) * part) + suffix : final;
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
