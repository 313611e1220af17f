// Builds the rows that fit the filters, as far as one scrolls. It never writes markup: texts of a
// subject only ever pass through textContent.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const text = (number) => data.texts[number];
  const words = { p: "pass", w: "warn", f: "fail", s: "skip", e: "error", "-": "absent" };
  const signs = { p: "·", w: "!", f: "✗", s: "–", e: "?", "-": "" };
  const letters = { pass: "p", warn: "w", fail: "f", skip: "s", error: "e" };
  const byId = (id) => document.getElementById(id);
  const list = byId("rows");
  const search = byId("search");
  const chips = [...document.querySelectorAll(".chip")];
  const segments = [...document.querySelectorAll(".segments button")];
  const contested = data.rows.some((row) => row.score > 0);
  const usual = contested ? "differ" : "all";
  const BATCH = 120;
  document.documentElement.style.setProperty("--n", data.subjects.length);
  if (data.subjects.length > 12) document.documentElement.style.setProperty("--cell", "1.7rem");
  if (data.subjects.length > 24) document.documentElement.style.setProperty("--cell", "1.25rem");

  for (const row of data.rows) {
    const rules = row.rules.map((rule) => `${data.rules[rule][0]} ${data.rules[rule][2]}`).join(" ");
    const at = row.id.indexOf("[");
    row.file = at < 0 ? row.id : row.id.slice(0, at);
    row.case = at < 0 ? "" : row.id.slice(at);
    row.text = `${row.id} ${row.title} ${rules}`.toLowerCase();
  }

  function make(name, kind, content) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    if (content !== undefined) element.textContent = content;
    return element;
  }

  // The state lives in the hash: #show=all&verdict=fail&of=nginx&q=close&area=server/close&open=ID&at=nginx
  const state = { show: usual, verdict: new Set(), of: "", q: "", area: "", open: "", at: "" };
  const subject = (name) => data.subjects.findIndex((it) => it.name === name);
  const one = (select, value) => ([...select.options].some((it) => it.value === value) ? value : "");

  function readHash() {
    const given = new URLSearchParams(location.hash.slice(1));
    const get = (key) => given.get(key) || "";
    state.show = ["differ", "agree", "all"].includes(get("show")) ? get("show") : usual;
    state.verdict = new Set(get("verdict").split(",").filter((it) => letters[it]));
    state.of = one(byId("of"), get("of"));
    state.q = get("q");
    state.area = one(byId("area"), get("area"));
    state.open = get("open");
    state.at = get("at");
  }

  function writeHash() {
    const parts = [];
    const add = (key, value) => {
      if (value) parts.push(`${key}=${encodeURIComponent(value).replace(/%2F/g, "/").replace(/%2C/g, ",")}`);
    };
    add("show", state.show === usual ? "" : state.show);
    add("verdict", [...state.verdict].join(","));
    add("of", state.of);
    add("q", state.q);
    add("area", state.area);
    add("open", state.open);
    add("at", state.open && state.at);
    const address = location.pathname + location.search + (parts.length ? `#${parts.join("&")}` : "");
    // A browser may refuse to touch the history too often, or in a frame.
    try { history.replaceState(null, "", address); } catch { /* The filters work all the same. */ }
  }

  let fitting = [];
  let built = 0;

  function fits(row, wanted, of, parts) {
    if (state.show !== "all" && (row.score > 0) !== (state.show === "differ")) return false;
    if (state.area && text(row.area) !== state.area) return false;
    const verdicts = of < 0 ? row.verdicts : row.verdicts[of];
    if (wanted.length && !wanted.some((letter) => verdicts.includes(letter))) return false;
    return parts.every((part) => row.text.includes(part));
  }

  function show() {
    const start = performance.now();
    if (search.value !== state.q) search.value = state.q;
    byId("of").value = state.of;
    byId("area").value = state.area;
    for (const chip of chips) chip.setAttribute("aria-pressed", String(state.verdict.has(chip.dataset.verdict)));
    for (const segment of segments) segment.setAttribute("aria-pressed", String(segment.dataset.show === state.show));
    const wanted = [...state.verdict].map((it) => letters[it]);
    const parts = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const of = subject(state.of);
    const rows = data.rows.filter((row) => fits(row, wanted, of, parts));
    fitting = fold(rows);
    list.replaceChildren();
    built = 0;
    grow();
    const filtered = state.show !== usual || wanted.length || parts.length || state.area || state.of;
    byId("shown").textContent = `${rows.length} of ${data.rows.length} scenarios and lints`;
    byId("reset").hidden = !filtered;
    byId("nothing").hidden = rows.length > 0;
    document.documentElement.dataset.filtered = (performance.now() - start).toFixed(1);
  }

  // Cases of one file that all subjects came to the same verdicts on are one row.
  function fold(rows) {
    const groups = new Map();
    for (const row of rows) {
      const key = `${row.file} ${row.verdicts}`;
      const group = groups.get(key);
      if (group) group.push(row); else groups.set(key, [row]);
    }
    return [...groups.values()];
  }

  function grow(count = BATCH) {
    const fragment = document.createDocumentFragment();
    for (const group of fitting.slice(built, built + count)) fragment.append(build(group));
    built = Math.min(built + count, fitting.length);
    list.append(fragment);
    byId("more").hidden = built >= fitting.length;
  }

  const first = data.subjects.map((it, at) => at > 0 && it.cluster !== data.subjects[at - 1].cluster);

  function build(group) {
    const row = group[0];
    const element = make("article", "row");
    element.group = group;
    const what = make("button", "what");
    what.type = "button";
    what.setAttribute("aria-expanded", "false");
    what.append(make("span", "title", row.title), make("span", "id", row.id));
    if (group.length > 1) what.append(make("span", "cases", `and ${group.length - 1} more`));
    const cells = make("div", "cells");
    data.subjects.forEach((it, at) => {
      const letter = row.verdicts[at];
      const cell = make("button", `cell ${words[letter]}${first[at] ? " gap" : ""}`, signs[letter]);
      cell.type = "button";
      cell.dataset.at = at;
      cell.title = `${it.name}: ${words[letter]}`;
      cell.setAttribute("aria-label", cell.title);
      cells.append(cell);
    });
    element.append(what, cells);
    return element;
  }

  // What the row tells: the rule, and what each subject did; those that did the same in one line.
  function detail(row, at, group) {
    const box = make("div", "detail");
    if (group.length > 1) {
      const cases = make("p", "pick");
      for (const one of group) {
        const button = make("button", "case", one.case || one.id);
        button.type = "button";
        button.dataset.id = one.id;
        button.setAttribute("aria-pressed", String(one === row));
        cases.append(button);
      }
      box.append(cases);
    }
    if (row.about !== undefined) box.append(make("p", "why", text(row.about)));
    for (const [id, level, section, summary, link] of row.rules.map((rule) => data.rules[rule])) {
      const line = make("p", "rule");
      line.append(make("code", "", id), ` ${level}: ${summary} `);
      if (link) {
        const anchor = make("a", "", section);
        anchor.href = link;
        anchor.rel = "noreferrer";
        line.append(anchor);
      }
      box.append(line);
    }
    const order = ["f", "e", "w"];
    const results = data.subjects.map((it, index) => index).filter((index) => order.includes(row.verdicts[index]));
    results.sort((a, b) => order.indexOf(row.verdicts[a]) - order.indexOf(row.verdicts[b]) || a - b);
    for (const index of results) box.append(result(row, index, index === at));
    box.append(others(row));
    return box;
  }

  function result(row, index, open) {
    const cell = row.cells[index] || {};
    const word = words[row.verdicts[index]];
    const box = make("details", `result ${word}`);
    box.dataset.subject = index;
    const summary = make("summary");
    const seen = cell.found ? text(cell.found[1]) : cell.why !== undefined ? text(cell.why) : "";
    summary.append(make("span", "badge", word), make("span", "who", data.subjects[index].name), make("span", "seen", seen));
    box.append(summary);
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(inside(row, index, cell));
    });
    box.open = open;
    if (open) box.append(inside(row, index, cell));
    return box;
  }

  function inside(row, index, cell) {
    const box = make("div", "inside");
    const facts = make("dl");
    const fact = (name, value) => facts.append(make("dt", "", name), make("dd", "", value));
    if (cell.found) {
      const [wanted, seen, kind, place, step] = cell.found;
      fact("wanted", text(wanted));
      fact("seen", text(seen));
      if (step) fact("where", `step ${step}, ${text(place)} (${text(kind)})`);
    }
    if (cell.why !== undefined) fact("why", text(cell.why));
    if (cell.chose) fact("chose", cell.chose.map(text).join(", "));
    box.append(facts);
    if (cell.events) box.append(wire(cell));
    const page = data.subjects[index].page;
    if (page && !row.id.startsWith("lint ")) {
      const line = make("p", "rule");
      line.append(link(page, row.id, "All of it in its own report"));
      box.append(line);
    }
    return box;
  }

  function link(page, id, content) {
    const anchor = make("a", "", content);
    anchor.href = `${page}#open=${encodeURIComponent(id)}`;
    return anchor;
  }

  function wire(cell) {
    const box = make("div", "wire");
    box.setAttribute("role", "figure");
    box.setAttribute("aria-label", "What was said");
    cell.events.forEach(([at, by, connection, size, shown, lines], index) => {
      if (cell.left_out && index === data.first) line(box, "", "", `… ${cell.left_out} events left out`, "cut");
      const kind = size ? (by === ">" ? "we" : "they") : "sign";
      lines.forEach((number, index) => line(box, index ? "" : time(at), by === "-" ? "" : by, text(number), kind));
      if (size > shown) line(box, "", "", `… ${size - shown} octets more`, "cut");
    });
    return box;
  }

  function line(box, at, by, content, kind) {
    const row = make("div", kind);
    row.append(make("time", "", at), make("span", "", by), make("span", "", content));
    box.append(row);
  }

  function time(micros) {
    return micros < 1e4 ? `${(micros / 1e3).toFixed(2)} ms` : micros < 1e6 ? `${Math.round(micros / 1e3)} ms` : `${(micros / 1e6).toFixed(2)} s`;
  }

  function others(row) {
    const groups = new Map();
    data.subjects.forEach((it, index) => {
      const letter = row.verdicts[index];
      if (!"ps-".includes(letter)) return;
      const cell = row.cells[index] || {};
      const said = cell.why !== undefined ? text(cell.why) : (cell.chose || []).map(text).join(", ");
      const key = `${letter}${said}`;
      if (!groups.has(key)) groups.set(key, { letter, said, who: [] });
      groups.get(key).who.push(it);
    });
    const box = make("div", "others");
    for (const { letter, said, who } of groups.values()) {
      const line = make("p", words[letter]);
      line.append(make("b", "", letter === "-" ? "not in the run" : words[letter]), " ");
      who.forEach((it, index) => {
        if (index) line.append(", ");
        line.append(it.page && letter === "p" && !row.id.startsWith("lint ") ? link(it.page, row.id, it.name) : it.name);
      });
      if (said) line.append(make("span", "quiet", `: ${said}`));
      box.append(line);
    }
    return box;
  }

  function close() {
    const open = list.querySelector(".row.open");
    if (!open) return;
    open.classList.remove("open");
    open.querySelector(".detail").remove();
    open.querySelector(".what").setAttribute("aria-expanded", "false");
    for (const cell of open.querySelectorAll(".cell[aria-expanded]")) cell.removeAttribute("aria-expanded");
  }

  function open(element, row, at) {
    close();
    element.classList.add("open");
    element.querySelector(".what").setAttribute("aria-expanded", "true");
    const cell = element.querySelector(`.cell[data-at="${at}"]`);
    if (cell) cell.setAttribute("aria-expanded", "true");
    element.append(detail(row, at, element.group));
  }

  function reveal() {
    if (!state.open) return close();
    const find = () => fitting.findIndex((group) => group.some((row) => row.id === state.open));
    let at = find();
    if (at < 0) {
      // A link to a row is worth more than the filters that hide it.
      if (!data.rows.some((row) => row.id === state.open)) return close();
      Object.assign(state, { show: "all", verdict: new Set(), of: "", q: "", area: "" });
      show();
      at = find();
    }
    if (at >= built) grow(at + 1 - built);
    open(list.children[at], fitting[at].find((row) => row.id === state.open), subject(state.at));
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function change(what) {
    Object.assign(state, what, { open: "", at: "" });
    show();
    writeHash();
  }

  list.addEventListener("click", (event) => {
    const target = event.target.closest(".what, .cell, .case");
    if (!target) return;
    const element = target.closest(".row");
    if (target.dataset.id) {
      state.open = target.dataset.id;
      open(element, element.group.find((row) => row.id === state.open), subject(state.at));
      element.querySelector(`.case[aria-pressed="true"]`).focus();
      return writeHash();
    }
    const at = target.dataset.at === undefined ? "" : data.subjects[target.dataset.at].name;
    const same = element.classList.contains("open") && state.at === at;
    const chosen = element.group.find((row) => row.id === state.open) || element.group[0];
    state.open = same ? "" : chosen.id;
    state.at = same ? "" : at;
    if (same) close(); else open(element, chosen, subject(at));
    writeHash();
  });
  search.addEventListener("input", () => change({ q: search.value }));
  for (const name of ["of", "area"]) byId(name).addEventListener("change", (event) => change({ [name]: event.target.value }));
  for (const segment of segments) segment.addEventListener("click", () => change({ show: segment.dataset.show }));
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      const verdict = new Set(state.verdict);
      if (!verdict.delete(chip.dataset.verdict)) verdict.add(chip.dataset.verdict);
      change({ verdict });
    });
  }
  byId("reset").addEventListener("click", () => change({ show: usual, verdict: new Set(), of: "", q: "", area: "" }));
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select");
    if (event.key === "Escape") {
      if (typing && event.target === search && search.value) change({ q: "" });
      else if (state.open) { state.open = state.at = ""; close(); writeHash(); }
      else event.target.blur();
    } else if (typing) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      search.focus();
    } else if (event.key === "j" || event.key === "k") {
      const here = document.activeElement.closest(".row") || list.querySelector(".row.open");
      const next = here ? (event.key === "j" ? here.nextElementSibling : here.previousElementSibling) : list.firstElementChild;
      if (next) next.querySelector(".what").focus();
    }
  });

  new IntersectionObserver((entries) => {
    if (entries.some((it) => it.isIntersecting) && built < fitting.length) grow();
  }, { rootMargin: "1200px" }).observe(byId("more"));
  addEventListener("beforeprint", () => grow(fitting.length - built));
  addEventListener("hashchange", () => { readHash(); show(); reveal(); });

  data.subjects.forEach((it, at) => {
    const name = make("span", first[at] ? "gap" : "", it.name);
    name.title = it.name;
    byId("names").append(name);
  });
  readHash();
  show();
  reveal();
  document.documentElement.dataset.ready = performance.now().toFixed(1);
})();
