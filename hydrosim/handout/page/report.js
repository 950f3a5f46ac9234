"use strict";
(() => {
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  // Tables sort by what stands in a column: numbers in full, texts in the order of the language.
  const valueOf = (row, place) => {
    const cell = row.children[place];
    const number = cell.dataset.v;
    return number === undefined ? cell.textContent : Number(number);
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a.localeCompare(b, document.documentElement.lang);
  };
  for (const table of all("table.sortable")) {
    const body = table.tBodies[0];
    const given = Array.from(body.rows);
    const heads = all("thead th", table);
    heads.forEach((head, place) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        let rows = given.slice();
        if (before !== "descending") {
          const sign = before === "ascending" ? -1 : 1;
          head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
          const sums = rows.filter((row) => row.classList.contains("sum"));
          rows = rows.filter((row) => !row.classList.contains("sum"));
          rows.sort((a, b) => sign * compare(valueOf(a, place), valueOf(b, place)));
          rows = rows.concat(sums);
        }
        body.append(...rows);
      });
    });
  }

  // A month of a calendar says why it was short.
  for (const calendar of all(".calendar")) {
    const reasons = all(".reasons li", calendar);
    const answer = calendar.querySelector(".answer");
    const tell = (cell) => {
      all(".chosen", calendar).forEach((one) => one.classList.remove("chosen"));
      cell.classList.add("chosen");
      const year = cell.parentElement.children[0].textContent;
      const month = calendar.querySelector("thead tr").children[cell.cellIndex].textContent;
      const share = Number(cell.dataset.v).toFixed(1);
      answer.textContent = `${year} ${month}, ${share} %: ${reasons[Number(cell.dataset.reason)].textContent}`;
    };
    const cellOf = (event) => event.target.closest("td[data-reason]");
    calendar.addEventListener("click", (event) => cellOf(event) && tell(cellOf(event)));
    calendar.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && cellOf(event)) tell(cellOf(event));
    });
  }

  // The network: wheel and buttons zoom, dragging moves, a place shows its card.
  for (const network of all(".network")) {
    const map = network.querySelector(".map");
    const whole = map.viewBox.baseVal;
    const home = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let box = { ...home };
    const show = () => map.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
    const at = (event) => {
      const matrix = map.getScreenCTM().inverse();
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
      return { x: point.x, y: point.y };
    };
    const zoom = (factor, centre) => {
      const width = Math.min(home.width * 1.2, Math.max(home.width / 20, box.width * factor));
      const scale = width / box.width;
      box = {
        x: centre.x - (centre.x - box.x) * scale, y: centre.y - (centre.y - box.y) * scale,
        width, height: box.height * scale,
      };
      show();
    };
    const middle = () => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    const acts = {
      in: () => zoom(1 / 1.4, middle()), out: () => zoom(1.4, middle()),
      all: () => { box = { ...home }; show(); },
    };
    for (const button of all("[data-zoom]", network)) {
      button.addEventListener("click", acts[button.dataset.zoom]);
    }
    map.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1 / 1.15 : 1.15, at(event));
    }, { passive: false });
    let held = null;
    let moved = false;
    map.addEventListener("pointerdown", (event) => { held = at(event); moved = false; });
    window.addEventListener("pointermove", (event) => {
      if (!held) return;
      const now = at(event);
      if (Math.hypot(now.x - held.x, now.y - held.y) > home.width / 400) moved = true;
      if (!moved) return;
      map.classList.add("held");
      box.x -= now.x - held.x;
      box.y -= now.y - held.y;
      show();
    });
    window.addEventListener("pointerup", () => { held = null; map.classList.remove("held"); });
    map.addEventListener("dragstart", (event) => event.preventDefault());
    const cards = network.querySelector(".places");
    cards.classList.add("choosing");
    for (const place of all(".place", map)) {
      place.addEventListener("click", (event) => {
        event.preventDefault();
        if (moved) return;
        all(".chosen", network).forEach((one) => one.classList.remove("chosen"));
        place.classList.add("chosen");
        document.getElementById(place.dataset.place).classList.add("chosen");
      });
    }
    const first = map.querySelector(".place.short") || map.querySelector(".place");
    if (first) {
      first.classList.add("chosen");
      document.getElementById(first.dataset.place).classList.add("chosen");
    }
  }

  // On paper every reason of a verdict that is not met is open.
  window.addEventListener("beforeprint", () => {
    all("tr:not(.pass) details").forEach((one) => { one.open = true; });
  });
})();
