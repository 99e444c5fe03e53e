// The parts of the registration page: found by name, shown one step at a time, with their words.

export const { urls, texts, ...config } = JSON.parse(document.getElementById("wizard-config").textContent);
export const page = document.querySelector("[data-wizard]");
export const part = (name) => page.querySelector(`[data-${name}]`);
export const parts = (name) => page.querySelectorAll(`[data-${name}]`);

const clock = Date.parse(config.now) - Date.now();
/** The platform's time (ms): phones' clocks are wrong by minutes. */
export const now = () => Date.now() + clock;

/** A text with its values: `{name}` is replaced. */
export function worded(name, values = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/** Show one step and put the focus on its question. */
export function showStep(name, marks, title) {
  for (const step of parts("step")) step.hidden = step.dataset.step !== name;
  page.dataset.wizard = name;
  part("head").hidden = name === "photo";
  part("five").hidden = ["photo", "done", "undone"].includes(name);
  [...part("five").children].forEach((item, at) => {
    item.className = marks[at];
    item.querySelector(".tick").hidden = marks[at] !== "d";
    item.toggleAttribute("aria-current", marks[at] === "c");
    if (marks[at] === "c") item.setAttribute("aria-current", "step");
  });
  part("title").textContent = title;
  part("title").lang = title === texts.title ? document.documentElement.lang : "zh-CN";
  const question = [...page.querySelectorAll(`[data-step="${name}"] h2[tabindex]`)].find((heading) => heading.offsetParent !== null);
  question?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

export function showNet(state) {
  const words = { on: texts.online, off: texts.offline, scale: texts.scale_off };
  part("net").classList.toggle("off", state !== "on");
  for (const icon of parts("net-icon")) icon.hidden = icon.dataset.netIcon !== state;
  if (part("net-text").textContent !== words[state]) part("net-text").textContent = words[state];
}

/** The list of what is wrong; nothing hides it. */
export function showErrors(title, lines) {
  part("errors").hidden = lines.length === 0;
  part("errors-title").textContent = title;
  part("errors-list").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
  if (lines.length) part("errors").focus();
}

/** A sentence by a field, or none. */
export function showProblem(field, text) {
  const line = document.getElementById(`${field.id}-e`);
  line.textContent = text ?? "";
  line.hidden = !text;
  if (text) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  } else field.removeAttribute("aria-invalid");
}

/** Wall-clock time of the park as 14:05. */
export const clockTime = (time) => new Date(time).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: config.zone });
