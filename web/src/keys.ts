// "/" goes to the page's search, "?" to the guide about it; Escape closes an open choice of area.

export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing) {
      const search = document.querySelector<HTMLInputElement>("main [data-search]") ?? document.querySelector<HTMLInputElement>("[data-search]");
      search?.closest("details")?.setAttribute("open", "");
      search?.focus();
      if (search) event.preventDefault();
    }
    if (event.key === "?" && !typing) document.querySelector<HTMLAnchorElement>("[data-guide]")?.click();
    if (event.key === "Escape") {
      for (const open of document.querySelectorAll<HTMLDetailsElement>("details.where[open], details.menu[open]")) {
        open.open = false;
        open.querySelector("summary")?.focus();
      }
    }
  });
}
