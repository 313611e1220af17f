// Octets arrive escaped as in scenario files: \r \n \t \0 \\ \xNN and printable ASCII. Nothing
// here, or in any of the scripts, writes markup: texts of a peer only ever become text nodes.

// An element: a tag with classes, attributes, and children, where a string becomes a text node.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

function octets(text) {
  const bytes = [];
  const short = { r: 13, n: 10, t: 9, 0: 0, "\\": 92 };
  for (const [, hex, letter, plain] of text.matchAll(/\\x([0-9a-f]{2})|\\([rnt0\\])|([^])/g)) {
    bytes.push(hex ? parseInt(hex, 16) : letter ? short[letter] : plain.charCodeAt(0));
  }
  return bytes;
}

// The lines of escaped octets: what stands in each, and how it ends.
function octetLines(text) {
  const lines = [];
  let line = "";
  for (const [token] of text.matchAll(/\\r\\n|\\x[0-9a-f]{2}|\\.|[^\\]+/g)) {
    if (token === "\\r\\n" || token === "\\n") {
      lines.push([line, token]);
      line = "";
    } else {
      line += token;
    }
  }
  if (line) lines.push([line, ""]);
  return lines;
}

function hexDump(bytes, start) {
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

function duration(micros) {
  if (micros < 9995) return `${(micros / 1e3).toFixed(2)} ms`;
  if (micros < 999500) return `${(micros / 1e3).toFixed(0)} ms`;
  if (micros < 6e7) return `${(micros / 1e6).toFixed(2)} s`;
  const whole = Math.floor(micros / 1e6);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

function counted(number) {
  return number === 1 ? "1 octet" : `${number.toLocaleString("en")} octets`;
}

// A word as a POSIX shell reads it back.
function shellWord(word) {
  return /^[\w.,:\/@%+=-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}

// The octets as the format of printf. Everything that a shell or printf could take for something
// else is written in octal, so that the line is safe to paste whatever it sends.
function printfFormat(bytes) {
  const named = { 13: "\\r", 10: "\\n", 9: "\\t", 37: "%%", 92: "\\\\" };
  return bytes.map((byte, index) => {
    if (named[byte]) return named[byte];
    const plain = byte > 31 && byte < 127 && byte !== 39 && !(index === 0 && byte === 45);
    return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  }).join("");
}

// What was sent on a connection, as a line to paste; nothing where not all of it is in the page.
function byHand(lane, events) {
  const sent = events.filter((event) => event.kind === "sent");
  if (!sent.length || sent.some((event) => event.head)) return null;
  const bytes = sent.flatMap((event) => octets(event.octets));
  if (bytes.length > 4096) return null;
  const print = `printf '${printfFormat(bytes)}'`;
  const half = events.some((event) => event.kind === "sent-fin") ? "-N " : "";
  const peer = lane.ours ? lane.remote : lane.local;
  const unix = peer.match(/^unix:(.*)$/);
  if (!lane.ours) {
    if (unix) return lane.via.startsWith("TLS") ? null : `${print} | nc -l -U ${shellWord(unix[1])}`;
    const port = peer.match(/:(\d+)$/);
    return port && !lane.via.startsWith("TLS") ? `${print} | nc -l ${port[1]}` : null;
  }
  if (unix) {
    const socket = shellWord(unix[1]);
    return lane.via.startsWith("TLS") ? `${print} | openssl s_client -quiet -unix ${socket}` : `${print} | nc ${half}-U ${socket}`;
  }
  const address = peer.match(/^\[?([^\]]*)\]?:(\d+)$/);
  if (!address) return null;
  if (lane.via.startsWith("TLS")) return `${print} | openssl s_client -quiet -connect ${shellWord(peer)}`;
  return `${print} | nc ${half}${shellWord(address[1])} ${address[2]}`;
}
