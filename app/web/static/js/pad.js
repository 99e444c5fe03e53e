// Drawing a signature: strokes of a finger, pen or mouse become one SVG path in a box of 240 by 80.
const LONGEST = 8000;

for (const pad of document.querySelectorAll("[data-pad]")) {
  const area = pad.querySelector("[data-pad-area]");
  const path = area.querySelector("path");
  const kept = pad.querySelector('input[name="drawing"]');
  let drawing = null;

  const at = (event) => {
    const box = area.getBoundingClientRect();
    const inside = (part, length) => Math.round(Math.min(Math.max(part, 0), 1) * length * 10) / 10;
    return `${inside((event.clientX - box.left) / box.width, 240)} ${inside((event.clientY - box.top) / box.height, 80)}`;
  };
  const draw = (command, event) => {
    const longer = `${kept.value}${command}${at(event)}`;
    if (longer.length > LONGEST) return;
    kept.value = longer;
    path.setAttribute("d", longer);
  };
  area.addEventListener("pointerdown", (event) => {
    drawing = event.pointerId;
    area.setPointerCapture(drawing);
    draw("M", event);
    event.preventDefault();
  });
  area.addEventListener("pointermove", (event) => {
    if (event.pointerId === drawing) draw("L", event);
  });
  for (const end of ["pointerup", "pointercancel"]) area.addEventListener(end, () => { drawing = null; });
  pad.querySelector("[data-pad-clear]").addEventListener("click", () => {
    kept.value = "";
    path.setAttribute("d", "");
  });
}
