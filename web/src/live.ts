// The board follows the registers: the server sends the pieces of the page that changed, by id.

import { tell } from "./ages";
import { changeNumbers } from "./numbers";

type Pieces = Record<string, string>;
const SAY_EVERY = 10_000;

export function followBoard(): void {
  const board = document.querySelector<HTMLElement>("[data-live]");
  if (!board || !("EventSource" in window)) return;
  // EventSource connects again by itself and tells the last id it saw, so nothing is missed.
  const source = new EventSource(board.dataset["live"] ?? "");
  source.addEventListener("change", (event) => put(JSON.parse((event as MessageEvent<string>).data) as Pieces));
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function put(pieces: Pieces): void {
  for (const [id, html] of Object.entries(pieces)) {
    const old = document.getElementById(id);
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = made.content.firstElementChild;
    if (!old || !fresh || old.contains(document.activeElement)) continue;
    old.replaceWith(fresh);
    changeNumbers(old, fresh);
  }
  tell();
  say();
}

function connected(yes: boolean): void {
  document.querySelector(".live")?.classList.toggle("lost", !yes);
  for (const part of document.querySelectorAll<HTMLElement>("[data-when]")) {
    part.hidden = (part.dataset["when"] === "connected") !== yes;
  }
}

let said = 0;

function say(): void {
  const news = document.getElementById("news");
  const finding = document.getElementById("finding");
  if (!news || !finding || Date.now() - said < SAY_EVERY || news.textContent === finding.textContent) return;
  said = Date.now();
  news.textContent = finding.textContent;
}
