// Filters, keys, themes, copying, printing.

const root = document.documentElement;
root.classList.add("script");
const byId = (id) => document.getElementById(id);
const chips = [...document.querySelectorAll(".chip")];
const fields = { q: byId("search"), area: byId("area"), level: byId("level"), rule: byId("rule") };
const sections = [...document.querySelectorAll(".area")];
const items = [...document.querySelectorAll(".item")].map((element) => ({
  element,
  section: element.closest(".area"),
  area: element.closest(".area").dataset.area,
  verdict: element.dataset.verdict,
  level: element.dataset.level,
  rules: (element.dataset.rules || "").split(" "),
  text: `${element.firstElementChild.textContent} ${element.dataset.level} ${element.dataset.rules}`.toLowerCase(),
}));
const scenarios = items.filter((item) => item.element.dataset.n).length;

// The state lives in the hash: #verdict=fail,error&q=close&area=server/close&level=MUST&rule=9112-9.6&open=ID
const state = { verdict: new Set(), q: "", area: "", level: "", rule: "", open: "" };

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const words = chips.map((chip) => chip.dataset.verdict);
  state.verdict = new Set((given.get("verdict") || "").split(",").filter((it) => words.includes(it)));
  for (const name of ["q", "area", "level", "rule", "open"]) state[name] = given.get(name) || "";
}

function writeHash() {
  const parts = [];
  const add = (key, value) => {
    if (value) parts.push(`${key}=${encodeURIComponent(value).replace(/%2F/g, "/").replace(/%2C/g, ",")}`);
  };
  add("verdict", [...state.verdict].join(","));
  for (const name of ["q", "area", "level", "rule", "open"]) add(name, state[name]);
  const address = location.pathname + location.search + (parts.length ? `#${parts.join("&")}` : "");
  // A browser may refuse to touch the history too often, or in a frame.
  try { history.replaceState(null, "", address); } catch { /* The filters work all the same. */ }
}

// A rule is meant with its id, or all rules of a section with that of the section.
function fitsRule(rules, wanted) {
  return rules.some((rule) => rule === wanted || rule.startsWith(`${wanted}-`));
}

function show() {
  for (const [name, field] of Object.entries(fields)) {
    if (field.value.trim() !== state[name]) field.value = state[name];
  }
  for (const chip of chips) chip.setAttribute("aria-pressed", String(state.verdict.has(chip.dataset.verdict)));
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const used = new Set();
  let count = 0;
  for (const item of items) {
    const fits = (!state.verdict.size || state.verdict.has(item.verdict))
      && (!state.area || item.area === state.area)
      && (!state.level || item.level === state.level)
      && (!state.rule || fitsRule(item.rules, state.rule))
      && words.every((word) => item.text.includes(word));
    item.element.hidden = !fits;
    if (!fits) continue;
    used.add(item.section);
    if (item.element.dataset.n) count += 1;
  }
  for (const section of sections) section.hidden = !used.has(section);
  const filtered = Boolean(state.verdict.size || words.length || state.area || state.level || state.rule);
  byId("shown").textContent = filtered ? `${count} of ${scenarios} scenarios` : `${scenarios} scenarios`;
  byId("reset").hidden = !filtered;
  byId("nothing").hidden = used.size > 0;
}

function reveal() {
  const target = state.open && byId(state.open);
  if (!target || !target.matches(".item")) return;
  if (target.hidden) reset();
  target.open = true;
  build(target);
  target.scrollIntoView({ block: "start" });
  target.querySelector("summary").focus({ preventScroll: true });
}

function reset() {
  state.verdict.clear();
  state.q = state.area = state.level = state.rule = "";
  update();
}

function update() {
  writeHash();
  show();
}

for (const chip of chips) {
  chip.addEventListener("click", () => {
    const verdict = chip.dataset.verdict;
    state.verdict.delete(verdict) || state.verdict.add(verdict);
    update();
  });
}
for (const [name, field] of Object.entries(fields)) {
  field.addEventListener("input", () => { state[name] = field.value.trim(); update(); });
}
byId("reset").addEventListener("click", () => { reset(); fields.q.focus(); });

// "toggle" does not bubble, so it is caught on the way down.
document.addEventListener("toggle", (event) => {
  const element = event.target;
  if (!element.matches(".item[data-n]")) return;
  if (element.open) {
    build(element);
    if (!printing) state.open = element.id;
  } else if (state.open === element.id) state.open = "";
  if (!printing) writeHash();
}, true);

function toggleHex(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  for (const text of button.closest(".lane").querySelectorAll(".octets > pre:not(.dump)")) {
    text.hidden = on;
    if (on) text.after(make("pre", { class: "dump" }, hexDump(octets(text.own), Number(text.dataset.offset))));
    else text.nextElementSibling.remove();
  }
}

async function copy(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    // No clipboard here: select it, so that the usual key copies it.
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && button.matches(".hex")) toggleHex(button);
  if (button && button.matches(".copy")) copy(button);
  // What is chosen above the list is looked for in the list.
  if (event.target.closest(".scores a, .map a")) setTimeout(() => document.querySelector(".tools").scrollIntoView());
});

function move(step) {
  const shown = items.filter((item) => !item.element.hidden).map((item) => item.element.firstElementChild);
  if (!shown.length) return;
  const here = shown.indexOf(document.activeElement.closest?.(".item")?.firstElementChild);
  const next = here < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(Math.max(here + step, 0), shown.length - 1);
  shown[next].focus({ preventScroll: true });
  shown[next].scrollIntoView({ block: "nearest" });
}

// One thing at a time: the open scenario first, then the filters.
function leave() {
  const open = state.open && byId(state.open);
  if (open && open.open) {
    open.open = false;
    open.firstElementChild.focus();
  } else reset();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (event.target.matches("input, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "/") { event.preventDefault(); fields.q.focus(); fields.q.select(); }
  if (event.key === "?") byId("keys").showModal();
  if (event.key === "Escape") leave();
  if (event.key === "j") move(1);
  if (event.key === "k") move(-1);
});
byId("help").addEventListener("click", () => byId("keys").showModal());

const THEMES = ["auto", "light", "dark"];
function setTheme(theme) {
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.dataset.theme = theme;
  byId("theme").textContent = `Theme: ${theme}`;
}
// A page from a file may have no storage; then the choice lasts as long as the page.
function stored() {
  try { return localStorage.getItem("h1check-theme"); } catch { return null; }
}
byId("theme").addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(root.dataset.theme || "auto") + 1) % THEMES.length];
  setTheme(next);
  try { localStorage.setItem("h1check-theme", next); } catch { /* As above. */ }
});
if (THEMES.includes(stored())) setTheme(stored());

// On paper nothing can be opened: what failed is, if the filters show it.
let printing = null;
addEventListener("beforeprint", () => {
  const failed = items.filter(({ element, verdict }) => !element.hidden && !element.open && verdict === "fail");
  printing = failed.slice(0, 200).map((item) => item.element);
  for (const element of printing) { element.open = true; build(element); }
});
addEventListener("afterprint", () => {
  for (const element of printing || []) element.open = false;
  setTimeout(() => { printing = null; });
});

// What is scrolled to must not lie under the filters, which stay in sight.
function makeRoom() {
  const tools = document.querySelector(".tools");
  const height = getComputedStyle(tools).position === "sticky" ? tools.offsetHeight : 0;
  root.style.scrollPaddingTop = `${height + 12}px`;
}
addEventListener("resize", makeRoom);
makeRoom();

// On a phone the list comes first.
if (matchMedia("(max-width: 46rem)").matches) {
  for (const fold of document.querySelectorAll(".fold")) fold.open = false;
}

function follow() { readHash(); show(); reveal(); }
addEventListener("hashchange", follow);
follow();
