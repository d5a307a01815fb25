// Records picked in a list, one by one and over its pages, or all that match. What is picked is kept for the tab.

type Picked = { query: string; ids: number[]; all: boolean };
const MOST = 2_000;

export function pickRecords(): void {
  const bar = document.querySelector<HTMLElement>("[data-picked]");
  if (!bar) return;
  const key = `picked ${bar.dataset["path"] ?? ""}`;
  let picked = kept(key);
  const store = (): void => {
    sessionStorage.setItem(key, JSON.stringify(picked));
    show(bar, picked);
  };
  const settle = (): void => {
    if (picked.all && picked.query !== query()) picked = { query: query(), ids: [], all: false };
    store();
  };
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (box.dataset["pick"] !== undefined) picked = toggled(picked, [Number(box.dataset["pick"])], box.checked);
    else if (box.dataset["pickPage"] !== undefined) picked = toggled(picked, shown(), box.checked);
    else return;
    store();
  });
  bar.querySelector("[data-pick-all]")?.addEventListener("click", () => {
    picked = { query: query(), ids: [], all: true };
    store();
  });
  bar.querySelector("[data-pick-none]")?.addEventListener("click", () => {
    picked = { query: query(), ids: [], all: false };
    store();
  });
  // the list is put in place anew whenever it is narrowed, and its count comes later still
  const work = bar.parentElement;
  if (work) new MutationObserver((changes) => changes.some((each) => !bar.contains(each.target)) && settle()).observe(work, { childList: true, subtree: true });
  settle();
}

function kept(key: string): Picked {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "") as Picked;
    if (Array.isArray(found.ids)) return found;
  } catch {
    // nothing was picked yet
  }
  return { query: query(), ids: [], all: false };
}

function toggled(picked: Picked, ids: number[], on: boolean): Picked {
  const before = picked.all ? shown() : picked.ids;
  const left = before.filter((id) => !ids.includes(id));
  return { query: query(), ids: on ? [...left, ...ids].slice(0, MOST) : left, all: false };
}

function shown(): number[] {
  return [...document.querySelectorAll<HTMLInputElement>("[data-pick]")].map((box) => Number(box.dataset["pick"]));
}

function query(): string {
  return document.getElementById("found")?.dataset["query"] ?? "";
}

function count(): number | null {
  const told = document.getElementById("count")?.dataset["count"];
  return told === undefined ? null : Number(told);
}

function show(bar: HTMLElement, picked: Picked): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
  for (const box of boxes) {
    box.checked = picked.all || picked.ids.includes(Number(box.dataset["pick"]));
    box.closest("tr")?.classList.toggle("on", box.checked);
  }
  const page = document.querySelector<HTMLInputElement>("[data-pick-page]");
  if (page) {
    const on = boxes.filter((box) => box.checked).length;
    page.checked = boxes.length > 0 && on === boxes.length;
    page.indeterminate = on > 0 && on < boxes.length;
  }
  bar.hidden = !picked.all && picked.ids.length === 0;
  tell(bar, picked);
}

function tell(bar: HTMLElement, picked: Picked): void {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const all = count();
  const many = picked.all ? (all ?? 0) : picked.ids.length;
  const words = picked.all ? bar.dataset["all"] : many === 1 ? bar.dataset["one"] : bar.dataset["many"];
  put(bar.querySelector("[data-said]"), (words ?? "").replace("{n}", number.format(many)));
  const every = bar.querySelector<HTMLElement>("[data-pick-all]");
  if (every) {
    every.hidden = picked.all || all === null || all <= picked.ids.length;
    put(every, (every.dataset["words"] ?? "").replace("{n}", number.format(all ?? 0)));
  }
  const asked = picked.all ? query() : `id=${picked.ids.join("%2C")}`;
  const only = bar.querySelector<HTMLAnchorElement>("[data-only]");
  if (only) {
    only.hidden = picked.all;
    only.href = `${bar.dataset["path"] ?? ""}?${asked}`;
  }
  const carry = bar.querySelector<HTMLFormElement>("[data-carry]");
  if (carry) carry.action = `${bar.dataset["path"] ?? ""}/exports${asked ? `?${asked}` : ""}`;
}

// Written only where it differs: the watcher of the list would else be called for ever.
function put(place: Element | null, words: string): void {
  if (place && place.textContent !== words) place.textContent = words;
}
