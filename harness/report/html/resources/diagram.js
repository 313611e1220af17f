// The sequence diagram: time runs down, each connection is a lane between us and the subject.
// Rows are in order of time, not to scale: what matters may be microseconds or minutes apart.

const ROW = 36;
const TOP = 46;
const GUTTER = 66;
const DRAWN = { lanes: 6, rows: 90 };
const SILENCE = 100000;

function draw(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function shorten(text, width) {
  const room = Math.max(4, Math.floor(width / 6.7));
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

// Events, marks and silences of all lanes, in order of time.
function diagramRows(events, found) {
  const marks = found.map((it) => ({ at: it.at, on: it.lane, kind: "mark", mark: it }));
  const sorted = [...events, ...marks].map((row, index) => [row, index])
    .sort(([one, i], [other, j]) => one.at - other.at || i - j).map(([row]) => row);
  const rows = [];
  let end = null;
  for (const row of sorted) {
    if (end !== null && row.at - end >= SILENCE) rows.push({ at: end, until: row.at, kind: "silence" });
    rows.push(row);
    end = Math.max(end || 0, row.pieces ? row.pieces[1] : row.at);
  }
  if (rows.length <= DRAWN.rows) return rows;
  const half = Math.floor(DRAWN.rows / 2);
  const left = rows.length - 2 * half;
  return [...rows.slice(0, half), { at: rows[half].at, kind: "more", count: left }, ...rows.slice(-half)];
}

function label(row) {
  if (row.kind === "sent" || row.kind === "got") {
    const first = octetLines(row.octets)[0];
    const size = row.pieces ? `${row.size} B in ${row.pieces[0]}` : `${row.size} B`;
    return [first ? first[0] || first[1] : "", size];
  }
  const words = {
    open: "connect", "sent-fin": "FIN", "got-fin": "FIN", "got-cut": "FIN without close_notify",
    "sent-rst": "RST", "got-rst": "RST", broken: "our write fails",
  };
  return [words[row.kind] || row.octets || "", ""];
}

// An arrow from one lifeline to the other: its line, its head, and what tells the kinds apart.
function arrow(row, from, to, y, open) {
  const way = Math.sign(to - from);
  const kind = row.kind.replace(/^(sent|got)-/, "");
  const group = draw("g", { class: `arrow-line ${kind} ${open ? "we" : "subject"}` });
  const end = kind === "broken" ? (from + to) / 2 : to;
  group.append(draw("line", { x1: from, y1: y, x2: end - way * 2, y2: y }));
  if (kind === "rst" || kind === "broken") {
    group.append(draw("path", { d: `M${end - 5} ${y - 5}l10 10m0 -10l-10 10` }));
  } else {
    group.append(draw("path", { class: "tip", d: `M${end} ${y}l${-way * 8} -4v8z` }));
  }
  if (kind === "fin" || kind === "cut") {
    group.append(draw("path", { d: `M${end - way * 12} ${y - 6}v12` }));
  }
  return group;
}

// Where a moment lies between the rows around it.
function height(points, at) {
  for (let index = 1; index < points.length; index += 1) {
    const [t1, y1] = points[index];
    const [t0, y0] = points[index - 1];
    if (at <= t1) return t1 === t0 ? y1 : y0 + Math.max(0, (at - t0) / (t1 - t0)) * (y1 - y0);
  }
  return points.length ? points[points.length - 1][1] : TOP;
}

function diagramSize(lanes, room) {
  const width = Math.max(250, Math.min(440, (room - GUTTER - 8) / lanes));
  return { width, total: GUTTER + lanes * width + 8 };
}

function diagram(lanes, events, windows, found, role, room) {
  const chosen = lanes.map((lane, number) => ({ lane, number })).slice(0, DRAWN.lanes);
  const failed = found.length ? found[0].lane : undefined;
  if (failed >= DRAWN.lanes) chosen[DRAWN.lanes - 1] = { lane: lanes[failed], number: failed };
  const size = diagramSize(chosen.length, room);
  const spots = new Map(chosen.map(({ number }, place) => {
    const start = GUTTER + place * size.width;
    return [number, { we: start + 26, subject: start + size.width - 26 }];
  }));
  const rows = diagramRows(events.filter((it) => spots.has(it.on)), found.filter((it) => it.lane === undefined || spots.has(it.lane)));
  const total = TOP + rows.length * ROW + (windows.length ? 24 : 14);
  const svg = draw("svg", {
    class: "diagram", role: "img", width: size.total, height: total, viewBox: `0 0 ${size.total} ${total}`,
    "aria-label": `Sequence of ${events.length} events on ${lanes.length} ${lanes.length === 1 ? "connection" : "connections"}; the same as text follows`,
  });
  const points = rows.flatMap((row, index) => {
    const y = TOP + index * ROW + 24;
    return row.kind === "silence" ? [[row.at, y - ROW / 2], [row.until, y + ROW / 2]] : [[row.at, y]];
  });
  svg.append(...windows.filter((it) => spots.has(it.on)).map((it) => shade(it, spots.get(it.on), points, total)));
  for (const { lane, number } of chosen) svg.append(...lifelines(lane, spots.get(number), role, total, size.width));
  rows.forEach((row, index) => svg.append(...drawRow(row, spots, TOP + index * ROW + 24, size)));
  return svg;
}

function lifelines(lane, spot, role, total, width) {
  const name = shorten(`connection ${lane.name}`, width - 110);
  const line = (x) => draw("line", { class: "life", x1: x, y1: 26, x2: x, y2: total - 4 });
  const text = (x, y, anchor, name, content) => draw("text", { x, y, "text-anchor": anchor, class: name }, content);
  return [
    line(spot.we), line(spot.subject),
    text(spot.we, 18, "middle", "end", "we"),
    text(spot.subject, 18, "middle", "end", role),
    text((spot.we + spot.subject) / 2, 18, "middle", "name", name),
  ];
}

function shade(window, spot, points, total) {
  const top = height(points, window.from);
  const last = points.length ? points[points.length - 1][0] : 0;
  const bottom = window.to > last ? total - 6 : height(points, window.to);
  const title = draw("title", {}, `The window of step ${window.step}: from ${duration(window.from)} to ${duration(window.to)}`);
  const box = draw("rect", { class: "window", x: spot.we, y: top, width: spot.subject - spot.we, height: Math.max(6, bottom - top) }, title);
  const words = draw("text", { class: "window-name", x: spot.subject - 6, y: Math.max(top + 6, bottom) - 5, "text-anchor": "end" }, `window of step ${window.step}`);
  return draw("g", {}, box, words);
}

function drawRow(row, spots, y, size) {
  const all = [...spots.values()];
  const left = all[0].we;
  const right = all[all.length - 1].subject;
  const time = draw("text", { class: "time", x: GUTTER - 10, y: y + 4, "text-anchor": "end" }, duration(row.at));
  const spot = spots.get(row.on) || { we: left, subject: right };
  const middle = (spot.we + spot.subject) / 2;
  const width = spot.subject - spot.we;
  const text = (content, name, x = middle, room = width - 12) =>
    draw("text", { class: name, x, y: y - 6, "text-anchor": "middle" }, shorten(content, room));
  if (row.kind === "silence") {
    const words = `${duration(row.until - row.at)} of silence`;
    return [
      draw("path", { class: "silence-line", d: `M${left - 8} ${y - 7}h${right - left + 16}M${left - 8} ${y + 5}h${right - left + 16}` }),
      draw("text", { class: "silence-words", x: (left + right) / 2, y: y + 3, "text-anchor": "middle" }, words),
    ];
  }
  if (row.kind === "more") {
    return [draw("text", { class: "silence-words", x: (left + right) / 2, y: y + 3, "text-anchor": "middle" }, `… ${row.count} more events …`)];
  }
  if (row.kind === "mark") {
    const words = `step ${row.mark.step} ${row.mark.verdict}: ${row.mark.seen}`;
    const box = draw("rect", { class: "mark-box", x: spot.we - 12, y: y - 19, width: width + 24, height: 28, rx: 5 });
    const group = draw("g", { class: row.mark.verdict }, box, draw("text", { class: "mark-words", x: middle, y: y - 1, "text-anchor": "middle" }, shorten(words, width + 16)));
    group.append(draw("title", {}, words));
    return [time, group];
  }
  if (row.kind === "note") return [time, draw("text", { class: "note-words", x: middle, y: y + 3, "text-anchor": "middle" }, shorten(row.octets, width + 30))];
  const ours = row.kind.startsWith("sent") || row.kind === "broken" || (row.kind === "open" && row.ours);
  const [words, amount] = label(row);
  const shown = amount ? `${shorten(words, width - 12 - (amount.length + 3) * 6.7)} · ${amount}` : words;
  const parts = [time, arrow(row, ours ? spot.we : spot.subject, ours ? spot.subject : spot.we, y, ours), text(shown, `words ${ours ? "we" : "subject"}`)];
  return parts;
}
