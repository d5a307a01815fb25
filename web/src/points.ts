// A point of a form set on the outline of its commune: by a click, or by dragging it. The two fields of degrees stay what
// is sent and what the keyboard uses; the point follows them.

type Ground = { width: number; height: number; name: string; path: string; west: number; south: number; east: number; north: number; approximate: boolean };
const SVG = "http://www.w3.org/2000/svg";
const DIGITS = 5; // about a metre

export function placePoints(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("figure[data-ground]")) new Point(figure).begin();
}

class Point {
  private ground: Ground | null = null;
  private readonly svg: SVGSVGElement | null;
  private readonly latitude: HTMLInputElement | null;
  private readonly longitude: HTMLInputElement | null;
  private readonly marks = [drawn("circle", { r: "14", class: "halo" }), drawn("circle", { r: "6" })];

  constructor(private readonly figure: HTMLElement) {
    this.svg = figure.querySelector("svg");
    this.latitude = field(figure.dataset["latitude"]);
    this.longitude = field(figure.dataset["longitude"]);
  }

  begin(): void {
    const given = this.figure.dataset["ground"];
    this.show(given ? (JSON.parse(given) as Ground) : null);
    this.figure.closest("form")?.addEventListener("ground", (event) => this.show((event as CustomEvent<Ground | null>).detail));
    for (const each of [this.latitude, this.longitude]) each?.addEventListener("input", () => this.follow());
    this.svg?.addEventListener("pointerdown", (event) => this.hold(event));
    this.svg?.addEventListener("pointermove", (event) => this.svg?.hasPointerCapture(event.pointerId) && this.set(event));
    this.svg?.addEventListener("pointerup", (event) => this.release(event));
  }

  private show(ground: Ground | null): void {
    this.figure.hidden = ground === null;
    if (!ground || !this.svg || ground.path === this.ground?.path) return;
    this.ground = ground;
    this.svg.setAttribute("viewBox", `0 0 ${ground.width} ${ground.height}`);
    this.svg.replaceChildren(drawn("path", { d: ground.path }), ...this.marks);
    const name = this.figure.querySelector("[data-name]");
    if (name) name.textContent = `${ground.name}.`;
    this.hide("[data-rough]", !ground.approximate);
    this.follow();
  }

  // Where the degrees say, if that lies on the map.
  private follow(): void {
    if (!this.ground) return;
    const { width, height, west, south, east, north } = this.ground;
    const [latitude, longitude] = [degrees(this.latitude), degrees(this.longitude)];
    const x = ((longitude - west) / (east - west)) * width;
    const y = ((north - latitude) / (north - south)) * height;
    const there = x >= 0 && x <= width && y >= 0 && y <= height;
    for (const mark of this.marks) {
      mark.setAttribute("visibility", there ? "visible" : "hidden");
      if (there) mark.setAttribute("cx", x.toFixed(1));
      if (there) mark.setAttribute("cy", y.toFixed(1));
    }
    this.hide("[data-away]", there || Number.isNaN(latitude + longitude));
  }

  private hold(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.svg?.setPointerCapture(event.pointerId);
    this.set(event);
  }

  private set(event: PointerEvent): void {
    const matrix = this.svg?.getScreenCTM()?.inverse();
    if (!matrix || !this.ground || !this.latitude || !this.longitude) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const { width, height, west, south, east, north } = this.ground;
    this.longitude.value = written(west + (within(at.x, width) / width) * (east - west));
    this.latitude.value = written(north - (within(at.y, height) / height) * (north - south));
    this.follow();
  }

  private release(event: PointerEvent): void {
    if (!this.svg?.hasPointerCapture(event.pointerId)) return;
    this.svg.releasePointerCapture(event.pointerId);
    for (const each of [this.latitude, this.longitude]) each?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private hide(part: string, hidden: boolean): void {
    const found = this.figure.querySelector<HTMLElement>(part);
    if (found) found.hidden = hidden;
  }
}

function field(id: string | undefined): HTMLInputElement | null {
  const found = document.getElementById(id ?? "");
  return found instanceof HTMLInputElement ? found : null;
}

function degrees(input: HTMLInputElement | null): number {
  const text = input?.value.trim().replace(",", ".") ?? "";
  return text === "" ? Number.NaN : Number(text);
}

function written(value: number): string {
  return value.toFixed(DIGITS).replace(/0+$/, "").replace(".", ",");
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

function drawn(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
