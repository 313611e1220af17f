// What a scenario shows when it is opened, built from the data when that happens.

let known = null;
function data() {
  if (!known) known = JSON.parse(document.getElementById("data").textContent);
  return known;
}

function detailOf(number) {
  const { texts, scenarios } = data();
  const detail = scenarios[number];
  if (!detail.ready) {
    const wire = detail.exchange;
    wire.lanes = (wire.lanes || []).map((lane) => ({ ...lane, name: texts[lane.name], local: texts[lane.local], remote: texts[lane.remote], via: texts[lane.via] }));
    wire.events = (wire.events || []).map((event) => ({
      ...event, octets: texts[event.text] || "", end: texts[event.tail], ours: wire.lanes[event.on]?.ours,
    }));
    detail.found = (detail.found || []).map((it) => ({ ...it, wanted: texts[it.wanted], seen: texts[it.seen] }));
    detail.ready = true;
  }
  return detail;
}

function copyable(text, extra) {
  return make("span", { class: "command" }, make("code", {}, text), make("button", { type: "button", class: "copy" }, "Copy"), extra);
}

function ruleLine(id) {
  const rule = data().rules[id];
  return make("div", { class: "rule" },
    rule.level && make("span", { class: "level" }, rule.level), " ",
    make("span", { class: "summary" }, rule.summary), " ",
    make("span", { class: "quiet" },
      rule.link && make("a", { href: rule.link, rel: "noreferrer" }, rule.section), " ",
      make("a", { class: "own-rule", href: `#rule=${encodeURIComponent(id)}`, title: "All scenarios of this rule" }, make("code", {}, id))));
}

// Lines of a scenario file, with one part marked.
function sourceLines(file, first, last, place) {
  const lines = data().texts[data().files[file].text].split("\n");
  const shown = [];
  for (let number = Math.max(1, first); number <= Math.min(last, lines.length); number += 1) {
    const line = lines[number - 1];
    const here = place && place.line === number;
    const parts = here ? [line.slice(0, place.from), make("mark", {}, line.slice(place.from, place.to)), line.slice(place.to)] : [line];
    shown.push(make("span", { class: here ? "line here" : "line" }, make("span", { class: "number" }, String(number)), ...parts, "\n"));
  }
  return make("pre", { tabindex: "0" }, shown);
}

function foundBlock(found) {
  const file = data().files[found.file].path;
  return make("div", { class: `found ${found.verdict}` },
    make("dl", {},
      make("div", {}, make("dt", {}, "Wanted"), make("dd", {}, found.wanted)),
      make("div", {}, make("dt", {}, "Seen"), make("dd", {}, found.seen))),
    make("figure", { class: "excerpt" },
      make("figcaption", {}, make("span", {}, `${file}:${found.place.line}`), make("span", {}, `step ${found.step}, ${found.kind}, at ${duration(found.at)}`)),
      sourceLines(found.file, found.place.line - 3, found.place.line + 2, found.place)));
}

const SIGNS = {
  "sent-fin": ["fin", "we close our direction (FIN)", "→"], "got-fin": ["fin", "the subject closes its direction (FIN)", "←"],
  "got-cut": ["cut", "the subject closes its direction (FIN), without close_notify", "←"],
  "sent-rst": ["rst", "we reset the connection (RST)", "→"], "got-rst": ["rst", "the subject resets the connection (RST)", "←"],
  broken: ["broken", "our write failed: the subject no longer reads", "←"],
};

function octetText(text, offset) {
  const pre = make("pre", { "data-offset": String(offset) });
  for (const [line, end] of octetLines(text)) pre.append(line, make("i", {}, end), "\n");
  pre.own = text;
  return pre;
}

function eventLine(event) {
  const line = (name, arrow, content) => make("li", { class: name }, make("time", {}, duration(event.at)), make("span", { class: "arrow" }, arrow), content);
  const sign = (word, text) => make("span", { class: "text" }, make("b", {}, word), ` ${text}`);
  if (event.kind === "sent" || event.kind === "got") {
    const tail = event.end === undefined ? 0 : octets(event.end).length;
    const left = event.head ? event.size - event.head - tail : 0;
    const pieces = event.pieces && `in ${event.pieces[0]} pieces, the last at ${duration(event.pieces[1])}`;
    return line(event.kind === "sent" ? "we" : "subject", event.kind === "sent" ? "→" : "←",
      make("div", { class: "octets" }, octetText(event.octets, 0),
        left > 0 && make("p", { class: "quiet" }, `… ${counted(left)} more here: see run.json`),
        event.end !== undefined && octetText(event.end, event.size - tail),
        pieces && make("p", { class: "quiet" }, pieces),
        make("span", { class: "size" }, event.size.toLocaleString("en"))));
  }
  if (event.kind === "mark") {
    const { verdict, step, wanted, seen } = event.mark;
    return line(`mark ${verdict}`, "", make("span", { class: "text" }, make("b", {}, verdict), ` step ${step}: wanted ${wanted}; seen: ${seen}`));
  }
  if (event.kind === "silence") return line("sign silence", "", sign("silence", duration(event.until - event.at)));
  if (event.kind === "note") return line("sign note", "", sign("note", event.octets));
  if (event.kind === "open") return line("sign open", event.ours ? "→" : "←", sign("open", event.ours ? "we connect" : "the subject connects"));
  const [word, text, arrow] = SIGNS[event.kind];
  return line(`sign ${word}`, arrow, sign(word, text));
}

function laneBlock(lane, number, detail) {
  const events = detail.exchange.events.filter((event) => event.on === number);
  const marks = detail.found.filter((it) => it.lane === number).map((mark) => ({ kind: "mark", at: mark.at, mark }));
  const rows = [];
  for (const event of [...events, ...marks].sort((one, other) => one.at - other.at)) {
    const before = rows[rows.length - 1];
    const end = before && (before.pieces ? before.pieces[1] : before.at);
    if (before && event.at - end >= SILENCE) rows.push({ kind: "silence", at: end, until: event.at });
    rows.push(event);
  }
  const over = lane.via === "TCP" || !lane.via ? "" : ` over ${lane.via}`;
  const about = `${lane.ours ? "we connected" : "we accepted"}${over}, ${lane.local} ⇄ ${lane.remote}`;
  const line = byHand(lane, events);
  return make("section", { class: "lane" },
    make("h3", {}, make("span", {}, `Connection ${lane.name}`), " ", make("span", { class: "quiet" }, about),
      make("button", { type: "button", class: "hex", "aria-pressed": "false" }, "Hex")),
    make("ol", {}, rows.map(eventLine)),
    line && make("div", { class: "by-hand" }, make("span", { class: "quiet" }, "By hand, without the pauses"), copyable(line)));
}

function exampleList(detail, examples, note) {
  return make("ul", {}, examples.map((example) => make("li", {},
    make("details", { class: "example" },
      make("summary", {}, data().texts[example.title], " ", make("span", { class: "quiet" }, note(example))),
      make("figure", { class: "excerpt" },
        make("figcaption", {}, make("span", {}, `${data().files[detail.file].path}:${example.lines[0]}`)),
        sourceLines(detail.file, example.lines[0], example.lines[1]))))));
}

function fact(name, ...content) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, ...content));
}

function facts(detail) {
  const { texts, files } = data();
  const gets = (example) => (example.verdict === "pass" ? "" : `(verdict: ${example.verdict})`);
  return make("dl", { class: "more" },
    detail.observed && fact("Observed", detail.observed.map((name) => [make("span", { class: "tag" }, texts[name]), " "]).flat()),
    detail.allowed && fact("Also permitted", exampleList(detail, detail.allowed, gets)),
    detail.wrong && fact(`A wrong ${detail.role}`, exampleList(detail, detail.wrong, (example) => `(caught at step ${example.step})`)),
    fact("File", make("code", {}, `${files[detail.file].path}:${detail.line}`),
      detail.tries > 1 && make("span", { class: "quiet" }, ` played ${detail.tries} times`)),
    fact("Again", copyable(texts[detail.again])));
}

function build(item) {
  if (!item.dataset.n || item.querySelector(":scope > .body")) return;
  const detail = detailOf(Number(item.dataset.n));
  const { texts } = data();
  const { lanes, events, windows, missing, dropped } = detail.exchange;
  const drawing = make("div", { class: "drawing", tabindex: "0" });
  const skipped = item.dataset.verdict === "skip" ? "Skipped: " : "Not judged: ";
  const body = make("div", { class: "body" },
    detail.about !== undefined && make("p", { class: "about" }, texts[detail.about]),
    (detail.rules || detail.hardening !== undefined) && make("div", { class: "rules" },
      (detail.rules || []).map((id) => ruleLine(texts[id])),
      detail.hardening !== undefined && make("div", { class: "rule" }, make("span", { class: "level" }, "GOOD DEFENCE"), " ", texts[detail.hardening])),
    detail.why !== undefined && make("p", { class: `why ${item.dataset.verdict}` }, skipped, texts[detail.why]),
    detail.found.map(foundBlock),
    lanes.length > 0 && drawing,
    lanes.length > DRAWN.lanes && make("p", { class: "quiet" }, `The drawing shows ${DRAWN.lanes} of ${lanes.length} connections; the text below has all.`),
    lanes.map((lane, number) => laneBlock(lane, number, detail)),
    missing && make("p", { class: "quiet" }, `${missing} events in the middle are left out here: see run.json.`),
    dropped && make("p", { class: "quiet" }, `${counted(dropped)} more were exchanged, but not kept.`),
    detail.output !== undefined && make("details", { class: "output" }, make("summary", {}, "What the subject printed"), make("pre", {}, texts[detail.output])),
    facts(detail));
  item.append(body);
  if (lanes.length) {
    const room = drawing.clientWidth || 700;
    drawing.append(diagram(lanes, events, windows || [], detail.found, detail.role, room));
  }
}
