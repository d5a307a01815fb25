// A form that is checked and kept while somebody types: what intake says stands under its field, in the same sentences
// as after sending, and a draft lies at the server before anything can be lost.

type Told = { field: string | null; severity: string; words: string };
type Answer = { draft: number | null; kept: string; problems: Told[]; choices: Record<string, string[][]>; moved: string; ground: unknown };
const PAUSE = 700;
const SHAPES: Record<string, string> = { off: "M6 0l6 6-6 6-6-6z", risk: "M6 .8 11.8 11H.2z" };

export function keepForms(): void {
  document.querySelector<HTMLElement>("[data-summary]")?.focus();
  const form = document.querySelector<HTMLFormElement>("form[data-form]");
  if (form) new Typing(form).listen();
}

class Typing {
  private readonly touched = new Set<string>();
  private timer = 0;
  private asked: Promise<boolean> | null = null;
  private dirty = false;
  private leaving = false;

  constructor(private readonly form: HTMLFormElement) {}

  listen(): void {
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("change", (event) => {
      this.touch(event.target);
      void this.ask();
    });
    this.form.addEventListener("focusout", (event) => {
      this.touch(event.target);
      if (this.dirty) void this.ask();
    });
    this.form.addEventListener("submit", (event) => void this.submit(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.leaving) event.preventDefault();
    });
  }

  private touch(target: EventTarget | null): void {
    const field = target instanceof Element ? target.closest<HTMLElement>("[data-field]")?.dataset["field"] : undefined;
    if (field) this.touched.add(field);
  }

  private later(): void {
    this.dirty = true;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  }

  // One question at a time, so that what was typed last is what is kept.
  private async ask(): Promise<boolean> {
    window.clearTimeout(this.timer);
    while (this.asked) await this.asked;
    this.dirty = false;
    this.asked = this.sent();
    const kept = await this.asked;
    this.asked = null;
    if (!kept) this.dirty = true;
    return kept;
  }

  private async sent(): Promise<boolean> {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    try {
      const answer = await fetch(this.form.dataset["form"] ?? "", { method: "POST", body, headers: { accept: "application/json" } });
      if (answer.redirected) return this.tell(this.form.dataset["over"] ?? "", true);
      const json = answer.headers.get("content-type")?.includes("json") ? ((await answer.json()) as Answer & { refused?: string[] }) : null;
      if (!answer.ok || !json) return this.tell(json?.refused?.join(" ") ?? this.form.dataset["lost"] ?? "");
      this.show(json);
      return true;
    } catch {
      return this.tell(this.form.dataset["lost"] ?? "");
    }
  }

  private tell(words: string, over = false): boolean {
    const kept = this.form.querySelector<HTMLElement>("[data-kept]");
    if (!kept) return false;
    kept.textContent = words;
    if (over) {
      const link = document.createElement("a");
      link.href = "/sign-in";
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = this.form.dataset["signIn"] ?? "";
      kept.append(" ", link);
    }
    return false;
  }

  private show(answer: Answer): void {
    const draft = this.form.elements.namedItem("draft");
    if (draft instanceof HTMLInputElement) draft.value = answer.draft === null ? "" : String(answer.draft);
    this.tell([answer.kept, answer.moved].filter(Boolean).join(". "));
    this.form.dispatchEvent(new CustomEvent("ground", { detail: answer.ground }));
    for (const [field, choices] of Object.entries(answer.choices)) this.offer(field, choices);
    for (const field of this.touched) this.say(field, answer.problems.filter((each) => each.field === field));
  }

  private say(field: string, problems: Told[]): void {
    const box = document.getElementById(`f-${field}-said`);
    const control = document.getElementById(`f-${field}`);
    if (!box || !control) return;
    const words = problems.map((each) => each.words).join("\n");
    if (box.dataset["words"] !== words) {
      box.dataset["words"] = words;
      box.replaceChildren(...problems.map(sentence));
    }
    if (problems.some((each) => each.severity !== "warning")) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  // Communes of the district, villages of the commune: as the server says they are.
  private offer(field: string, choices: string[][]): void {
    const select = document.getElementById(`f-${field}`);
    if (!(select instanceof HTMLSelectElement) || select === document.activeElement) return;
    const now = [...select.options].slice(1).map((each) => each.value);
    if (now.join() === choices.map(([value]) => value).join()) return;
    const before = select.value;
    const groups = new Map<string, HTMLElement>();
    select.replaceChildren(new Option(this.form.dataset["choose"] ?? "", ""));
    for (const [value = "", title = "", group = ""] of choices) {
      let into: HTMLElement = select;
      if (group) {
        into = groups.get(group) ?? Object.assign(document.createElement("optgroup"), { label: group });
        if (!groups.has(group)) select.append(into);
        groups.set(group, into);
      }
      into.append(new Option(title, value, false, value === before));
    }
  }

  // The draft is kept first: whoever was signed out meanwhile keeps the page, and all that stands in it.
  private async submit(event: SubmitEvent): Promise<void> {
    if (this.leaving) return;
    event.preventDefault();
    const kept = await this.ask();
    if (!kept) {
      this.form.querySelector("[data-kept]")?.scrollIntoView({ block: "center" });
      return;
    }
    this.leaving = true;
    this.form.requestSubmit(event.submitter instanceof HTMLElement ? event.submitter : null);
  }
}

function sentence(told: Told): HTMLElement {
  const kind = told.severity === "warning" ? "risk" : "off";
  const line = document.createElement("p");
  line.className = `said ${kind}`;
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  shape.setAttribute("class", "shape");
  shape.setAttribute("viewBox", "0 0 12 12");
  shape.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[kind] ?? "");
  shape.append(path);
  const words = document.createElement("span");
  words.textContent = told.words;
  line.append(shape, words);
  return line;
}
