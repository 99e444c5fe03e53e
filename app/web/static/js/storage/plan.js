// The floor plan while it is typed: the picture follows the numbers, and zones can be dragged; arrow keys move one, too.
"use strict";

(() => {
  const form = document.querySelector("form[data-plan]");
  if (!form) return;
  const picture = form.querySelector("svg[data-picture]");
  const SVG = "http://www.w3.org/2000/svg";
  const STEP = 1; // decimetres of one arrow key

  // Decimetres of a field in metres, or null.
  function length(name) {
    const field = form.elements[name];
    const match = field ? /^\s*(\d{1,4})(?:\.(\d))?0*\s*$/.exec(field.value) : null;
    return match ? Number(match[1]) * 10 + Number(match[2] ?? "0") : null;
  }

  const metres = (size) => `${Math.floor(size / 10)}.${size % 10}`;

  function rect(prefix) {
    const found = ["x", "y", "width", "depth"].map((name) => length(`${prefix}-${name}`));
    return found.includes(null) || !found[2] || !found[3] ? null : found;
  }

  function element(name, values, parent) {
    const made = document.createElementNS(SVG, name);
    Object.entries(values).forEach(([key, value]) => made.setAttribute(key, value));
    parent.append(made);
    return made;
  }

  const overlaps = (a, b) => Math.min(a[0] + a[2], b[0] + b[2]) > Math.max(a[0], b[0]) && Math.min(a[1] + a[3], b[1] + b[3]) > Math.max(a[1], b[1]);

  function draw() {
    const [width, depth] = [length("width"), length("depth")];
    if (!width || !depth) return;
    const focused = document.activeElement?.dataset?.zone;
    picture.setAttribute("viewBox", `-4 -4 ${width + 8} ${depth + 8}`);
    picture.replaceChildren();
    element("rect", { class: "st", x: 0, y: 0, width, height: depth }, picture);
    for (let row = 0; rect(`aisles-${row}`) || form.elements[`aisles-${row}-x`]; row += 1) {
      const aisle = rect(`aisles-${row}`);
      if (aisle) element("rect", { class: "ai", x: aisle[0], y: aisle[1], width: aisle[2], height: aisle[3] }, picture);
    }
    for (let row = 0; form.elements[`doors-${row}-side`]; row += 1) {
      const side = form.elements[`doors-${row}-side`].value;
      const [at, size] = [length(`doors-${row}-at`), length(`doors-${row}-width`)];
      if (!side || at === null || !size) continue;
      const upright = side === "left" || side === "right";
      const place = upright ? { x: side === "left" ? -2 : width - 2, y: at, width: 4, height: size } : { x: at, y: side === "top" ? -2 : depth - 2, width: size, height: 4 };
      element("rect", { class: "dr", ...place }, picture);
    }
    const codes = JSON.parse(form.dataset.plan);
    const rects = codes.map((_, row) => rect(`zones-${row}`));
    rects.forEach((zone, row) => {
      if (!zone) return;
      const wrong = zone[0] + zone[2] > width || zone[1] + zone[3] > depth || rects.some((other, n) => other && n !== row && overlaps(zone, other));
      const group = element("g", { class: wrong ? "z bad" : "z", tabindex: 0, role: "img", "aria-label": `${codes[row]} ${metres(zone[0])}, ${metres(zone[1])}` }, picture);
      group.dataset.zone = row;
      element("rect", { class: "bx", x: zone[0], y: zone[1], width: zone[2], height: zone[3] }, group);
      const text = element("text", { x: zone[0] + zone[2] / 2, y: zone[1] + zone[3] / 2, "text-anchor": "middle", "dominant-baseline": "central", "font-size": Math.max(Math.min(zone[2] / 3, zone[3] / 3, width / 40), 3) }, group);
      text.textContent = codes[row];
      if (String(row) === focused) group.focus();
    });
  }

  function move(row, dx, dy) {
    const zone = rect(`zones-${row}`);
    const [width, depth] = [length("width"), length("depth")];
    if (!zone || !width || !depth) return;
    const x = Math.min(Math.max(zone[0] + dx, 0), Math.max(width - zone[2], 0));
    const y = Math.min(Math.max(zone[1] + dy, 0), Math.max(depth - zone[3], 0));
    form.elements[`zones-${row}-x`].value = metres(x);
    form.elements[`zones-${row}-y`].value = metres(y);
    draw();
  }

  const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  picture.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-zone]")?.dataset.zone;
    if (row === undefined || !KEYS[event.key]) return;
    event.preventDefault();
    move(row, ...KEYS[event.key].map((part) => part * (event.shiftKey ? 10 : 1)));
  });

  let held = null;
  function here(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    return [Math.round(point.x), Math.round(point.y)];
  }
  picture.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-zone]")?.dataset.zone;
    if (row === undefined) return;
    held = { row, at: here(event) };
    picture.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    const at = here(event);
    const [dx, dy] = [at[0] - held.at[0], at[1] - held.at[1]];
    if (!dx && !dy) return;
    held.at = at;
    move(held.row, dx, dy);
  });
  ["pointerup", "pointercancel"].forEach((name) => picture.addEventListener(name, () => { held = null; }));

  form.addEventListener("input", draw);
  form.querySelector("[data-plan-picture]").hidden = false;
  draw();
})();
