// Filters, keys, hex and copying. The page reads fully without it. It never writes markup: texts
// of a peer only ever pass through textContent.
"use strict";
(() => {
  const search = document.getElementById("search");
  const area = document.getElementById("area");
  const chips = [...document.querySelectorAll(".chip")];
  const sections = [...document.querySelectorAll(".area")];
  const items = [...document.querySelectorAll(".item")].map((element) => ({
    element,
    section: element.closest(".area"),
    verdict: element.dataset.verdict,
    text: `${element.querySelector("summary").textContent} ${element.dataset.more}`.toLowerCase(),
  }));
  const scenarios = items.filter((item) => item.element.id).length;

  // The state lives in the hash: #verdict=fail,error&q=close&area=server/close&open=ID
  const state = { verdict: new Set(), q: "", area: "", open: "" };

  function readHash() {
    const given = new URLSearchParams(location.hash.slice(1));
    const known = chips.map((chip) => chip.dataset.verdict);
    state.verdict = new Set((given.get("verdict") || "").split(",").filter((it) => known.includes(it)));
    state.q = given.get("q") || "";
    state.area = given.get("area") || "";
    state.open = given.get("open") || "";
  }

  function writeHash() {
    const parts = [];
    const add = (key, value) => {
      if (value) parts.push(`${key}=${encodeURIComponent(value).replace(/%2F/g, "/").replace(/%2C/g, ",")}`);
    };
    add("verdict", [...state.verdict].join(","));
    add("q", state.q);
    add("area", state.area);
    add("open", state.open);
    const address = location.pathname + location.search + (parts.length ? `#${parts.join("&")}` : "");
    // A browser may refuse to touch the history too often, or in a frame.
    try { history.replaceState(null, "", address); } catch { /* The filters work all the same. */ }
  }

  function show() {
    search.value === state.q || (search.value = state.q);
    area.value = state.area;
    for (const chip of chips) {
      chip.setAttribute("aria-pressed", String(state.verdict.has(chip.dataset.verdict)));
    }
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const used = new Set();
    let count = 0;
    for (const item of items) {
      const fits = (!state.verdict.size || state.verdict.has(item.verdict))
        && (!state.area || item.section.dataset.area === state.area)
        && words.every((word) => item.text.includes(word));
      item.element.hidden = !fits;
      if (!fits) continue;
      used.add(item.section);
      if (item.element.id) count += 1;
    }
    for (const section of sections) section.hidden = !used.has(section);
    const filtered = Boolean(state.verdict.size || words.length || state.area);
    document.getElementById("shown").textContent =
      filtered ? `${count} of ${scenarios} scenarios` : `${scenarios} scenarios`;
    document.getElementById("reset").hidden = !filtered;
    document.getElementById("nothing").hidden = used.size > 0;
  }

  function reveal() {
    const target = state.open && document.getElementById(state.open);
    if (!target || !target.matches(".item")) return;
    if (target.hidden) {
      reset();
    }
    target.open = true;
    target.scrollIntoView({ block: "start" });
    target.querySelector("summary").focus({ preventScroll: true });
  }

  function reset() {
    state.verdict.clear();
    state.q = "";
    state.area = "";
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
  search.addEventListener("input", () => { state.q = search.value.trim(); update(); });
  area.addEventListener("change", () => { state.area = area.value; update(); });
  document.getElementById("reset").addEventListener("click", () => { reset(); search.focus(); });

  // "toggle" does not bubble, so it is caught on the way down.
  document.addEventListener("toggle", (event) => {
    const element = event.target;
    if (!element.matches(".item[id]")) return;
    if (element.open) state.open = element.id;
    else if (state.open === element.id) state.open = "";
    writeHash();
  }, true);

  // Octets of escaped text; the line breaks between the lines stand for nothing.
  function octets(text) {
    const bytes = [];
    const short = { r: 13, n: 10, t: 9, 0: 0, "\\": 92 };
    for (const [, hex, letter, plain] of text.matchAll(/\\x([0-9a-f]{2})|\\([rnt0\\])|([^\n])/g)) {
      bytes.push(hex ? parseInt(hex, 16) : letter ? short[letter] : plain.charCodeAt(0));
    }
    return bytes;
  }

  function dump(bytes, start) {
    const width = matchMedia("(max-width: 46rem)").matches ? 8 : 16;
    const lines = [];
    for (let at = 0; at < bytes.length; at += width) {
      const row = bytes.slice(at, at + width);
      const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const seen = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "."));
      const offset = (start + at).toString(16).padStart(4, "0");
      lines.push(`${offset}  ${hex.padEnd(width * 3 - 1)}  ${seen.join("")}`);
    }
    return lines.join("\n");
  }

  function toggleHex(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    for (const text of button.closest(".lane").querySelectorAll("pre:not(.dump)")) {
      text.hidden = on;
      if (on) {
        const hex = document.createElement("pre");
        hex.className = "dump";
        hex.textContent = dump(octets(text.textContent), Number(text.dataset.offset || 0));
        text.after(hex);
      } else {
        text.nextElementSibling.remove();
      }
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
  });

  function move(step) {
    const shown = items.filter((item) => !item.element.hidden).map((item) => item.element.querySelector("summary"));
    if (!shown.length) return;
    const here = shown.indexOf(document.activeElement.closest?.(".item")?.querySelector("summary"));
    const next = here < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(Math.max(here + step, 0), shown.length - 1);
    shown[next].focus({ preventScroll: true });
    shown[next].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
  });

  function follow() { readHash(); show(); reveal(); }
  addEventListener("hashchange", follow);
  follow();
})();
