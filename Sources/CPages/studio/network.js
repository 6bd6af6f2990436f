// The network as a drawing: a picture in every unit, a number on every link.

import { at, colour, html, paint, palette, svg, text } from "./shapes.js";

const side = 38, mostLinks = 2000, mostCells = 40;
let held, columns = [], links = [], units = [], lettered = [], canvas, drawing, buffer, scale = 1;

/** How a unit is drawn: a map of a picture, a strip over the steps of a sequence, or a square. */
const form = shape => (shape.length === 3 ? { wide: 60, high: Math.max(24, Math.min(90, Math.round((60 * shape[0]) / shape[1]))) } : shape.length === 2 ? { wide: 96, high: 24 } : { wide: side, high: side });

/** Builds the drawing. `hold` is told what is clicked; `change(layer, by)` what is to be wider. */
export function build({ inputs, input_shape, pixels, no_plane, layers, architecture }, hold, change) {
  const first = { name: "inputs", names: inputs, shape: no_plane && !inputs.length ? input_shape : [inputs.length], pixels };
  first.units = first.names.length || Math.min(16, input_shape.at(-1));
  columns = [first, ...layers.map((layer, place) => ({ ...layer, shape: layer.steps ? [layer.steps, ...layer.shape] : layer.shape, place, units: layer.pictures, grows: architecture[place]?.units !== undefined || architecture[place]?.filters !== undefined }))];
  columns.forEach(column => Object.assign(column, form(column.shape), { isMap: column.shape.length === 3, isStrip: column.shape.length === 2 }));
  const box = at("drawing-of-network"), wide = columns.reduce((all, column) => all + column.wide, 0);
  const width = Math.max(box.clientWidth || 600, wide + columns.length * 46);
  const gapOf = column => Math.min(column.high + 18, Math.max(column.high + 6, 420 / (column.units || 1)));
  const height = Math.max(180, ...columns.map(column => column.units * gapOf(column) + 84));
  scale = devicePixelRatio || 1;
  canvas = html("canvas", { width: width * scale, height: height * scale, "aria-hidden": "true" });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `A network: ${columns.map(column => `${column.name} of ${column.shape.join(" by ")}`).join(", ")}` });
  buffer = document.createElement("canvas");
  (links = []), (units = []), (lettered = []);
  const between = (width - 60 - wide) / Math.max(1, columns.length - 1);
  let left = 30;
  columns.forEach((column, place) => {
    const x = left + column.wide / 2, gap = gapOf(column);
    left += column.wide + between;
    column.centres = Array.from({ length: column.units }, (_, unit) => ({ x, y: 44 + (height - 52) / 2 + (unit - (column.units - 1) / 2) * gap }));
    heading(column, place, x, change);
    if (place) connect(columns[place - 1], column, hold);
  });
  columns.forEach((column, place) => column.centres.forEach((centre, unit) => addUnit(column, place, unit, centre, hold)));
  box.replaceChildren(canvas, drawing);
}

function heading(column, place, x, change) {
  const title = place === 0 ? "inputs" : column.name, anchor = place === 0 ? "start" : place === columns.length - 1 ? "end" : "middle";
  const left = place === 0 ? x - column.wide / 2 : place === columns.length - 1 ? x + column.wide / 2 : x, rest = (column.shape.at(-1) ?? 0) - column.units;
  drawing.append(svg("text", { x: left, y: 14, "text-anchor": anchor }, title), svg("text", { x: left, y: 28, "text-anchor": anchor, class: "soft" }, column.detail ?? ""));
  if (column.units ? rest > 0 : place) drawing.append(svg("text", { x, y: column.units ? column.centres.at(-1).y + column.high / 2 + (place ? 12 : 24) : 70, "text-anchor": "middle", class: "soft" }, column.units ? `and ${rest} more` : column.shape.join(" × ")));
  if (column.grows && place < columns.length - 1) {
    [[-1, "−", x - 20], [1, "+", x + 2]].forEach(([by, sign, at]) => drawing.append(svg("g", { class: "change", role: "button", tabindex: 0, "aria-label": `${by > 0 ? "One unit more" : "One unit fewer"} in ${column.name}`, onclick: () => change(column, by), onkeydown: press(() => change(column, by)) }, svg("rect", { x: at, y: 32, width: 18, height: 16, rx: 3 }), svg("text", { x: at + 9, y: 45 }, sign))));
  }
}

const press = work => event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); work(); } };

function connect(before, column, hold) {
  const isSum = column.kernel && before.units && column.units, ends = (from, to) => [from.x + before.wide / 2, from.y, to.x - column.wide / 2, to.y];
  const curve = (from, to) => { const [x, y, toX, toY] = ends(from, to), middle = (x + toX) / 2; return `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`; };
  if (isSum && before.units * column.units <= mostLinks) {
    before.centres.forEach((from, i) => column.centres.forEach((to, j) => {
      const d = curve(from, to);
      const line = svg("path", { d, class: "link" });
      lettered.push([line, column.name, "w", [i + 1, j + 1]]);
      const what = { kind: "weight", layer: column, parameter: column.kernel, index: i * column.units + j, place: [i, j], name: `weight from ${before.names?.[i] ?? `${before.name} ${i + 1}`} to ${column.name} ${j + 1}` };
      const grip = svg("path", { d, class: "hold", role: "button", tabindex: -1, "aria-label": what.name, onclick: () => hold(what), onkeydown: press(() => hold(what)) }, svg("title", {}));
      drawing.append(grip, line);
      links.push({ line, what, title: grip.firstChild });
    }));
  } else if (before.units && column.units && column.parameters.some(one => one.shape.length > 1) && before.units * column.units <= mostLinks) {
    // Each map, or unit, is made of all before it.
    before.centres.forEach(from => column.centres.forEach(to => drawing.append(svg("path", { d: curve(from, to), class: "link shadow", "stroke-opacity": 0.5 }))));
  } else if (before.units && before.units === column.units) {
    before.centres.forEach((from, i) => { const [x, y, toX, toY] = ends(from, column.centres[i]); drawing.append(svg("path", { d: `M${x} ${y}L${toX} ${toY}`, class: "link shadow" })); });
  }
}

/** Traces call states h. */
const isRecurrent = ({ kind, steps }) => steps || ["lstm", "gru", "simple_rnn", "bidirectional"].includes(kind);

function addUnit(column, place, unit, { x, y }, hold) {
  const { wide, high, shape, isMap, isStrip } = column, left = x - wide / 2, top = y - high / 2, letter = place === 0 ? "x" : isRecurrent(column) ? "h" : "a";
  const name = place === 0 ? column.names[unit] ?? (isMap && shape[2] === 1 ? "the picture" : shape.length === 1 ? `step ${unit + 1}` : `channel ${unit + 1}`) : `${column.name} ${isMap ? "map " : ""}${unit + 1}`;
  const what = { kind: place === 0 ? "input" : "unit", layer: column, unit, name, bias: column.bias };
  /** The cell of a map, or the step of a strip, that was clicked; the middle, or the last, by keyboard. */
  const take = event => {
    const box = frame.getBoundingClientRect(), share = (at, from, size) => (event?.detail ? Math.max(0, Math.min(0.999, (at - from) / size)) : undefined);
    const across = share(event?.clientX, box.left, box.width), down = share(event?.clientY, box.top, box.height);
    if (isMap) what.at = [Math.floor((down ?? 0.5) * shape[0]), Math.floor((across ?? 0.5) * shape[1])];
    if (isStrip) what.at = [across === undefined ? shape[0] - 1 : Math.floor(across * shape[0])];
    hold(what);
  };
  if (isMap && !column.pixels) {
    // What the story frames a pixel of.
    const image = svg("image", { x: left, y: top, width: wide, height: high, "data-channel": unit + 1, "data-rows": shape[0], "data-columns": shape[1] });
    drawing.append(image);
    lettered.push([image, place === 0 ? undefined : column.name, letter]);
  }
  const cells = isStrip && shape[0] <= mostCells ? Array.from({ length: shape[0] }, (_, step) => [step, 0, [step + 1, unit + 1]]) : isMap && column.pixels && column.pixels.length <= mostCells * mostCells ? column.pixels.map((input, pixel) => [pixel % shape[1], Math.floor(pixel / shape[1]), [(input ?? -1) + 1]]) : [];
  const [across, down] = isStrip ? [shape[0], 1] : [shape[1], shape[0]];
  for (const [right, below, places] of cells) {
    const cell = svg("rect", { class: "spot", x: left + (right * wide) / across, y: top + (below * high) / down, width: wide / across, height: high / down });
    drawing.append(cell);
    lettered.push([cell, place === 0 ? undefined : column.name, letter, places]);
  }
  const frame = svg("rect", { class: isMap || isStrip ? "unit" : "unit neuron", x: left, y: top, width: wide, height: high, rx: isMap || isStrip ? 0 : 4, tabindex: 0, role: "button", "aria-label": name, onclick: take, onkeydown: press(() => take()) }, svg("title", {}, name));
  drawing.append(frame);
  frame.classList.toggle("output", place === columns.length - 1);
  if (!isMap && !isStrip) lettered.push([frame, place === 0 ? undefined : column.name, letter, [unit + 1]]);
  if (place === 0) drawing.append(svg("text", { x: left, y: y + high / 2 + 12 }, name.length > 14 ? `${name.slice(0, 13)}…` : name));
  units.push({ frame, what, column, place, unit, x, y, title: frame.firstChild });
}

/** Draws a frame's numbers; `shown` says which of them stand on the links. */
export function draw(frame, points, shown) {
  const context = canvas.getContext("2d"), colours = palette();
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = !frame.example;
  const pictures = new Map((frame.pictures ?? []).map(one => [`${one.layer}/${one.unit}`, one.picture]));
  for (const { layer, maps } of frame.example?.layers ?? []) maps.forEach((map, unit) => pictures.set(`${layer ?? "input"}/${unit}`, map));
  for (const one of units) {
    const { wide, high } = one.column, picture = pictures.get(`${one.column.place ?? "input"}/${one.unit}`) ?? (one.place === 0 && points.x && ramp(one.what.name, points));
    if (!picture) continue;
    if (picture.levels) paint(buffer, picture, colours);
    else paintRamp(picture, colours);
    context.drawImage(buffer, one.x - wide / 2, one.y - high / 2, wide, high);
  }
  const numbers = frame[shown] ?? {};
  const largest = {};
  for (const { what } of links) {
    const value = Math.abs(numbers[what.parameter]?.[what.index] ?? 0);
    if (value > (largest[what.parameter] ?? 0)) largest[what.parameter] = value;
  }
  for (const link of links) {
    const value = numbers[link.what.parameter]?.[link.what.index];
    const share = Math.abs(value ?? 0) / (largest[link.what.parameter] || 1);
    link.line.classList.toggle("below", value < 0);
    link.line.classList.toggle("above", !(value < 0));
    link.line.classList.toggle("held", held === link.what);
    link.line.setAttribute("stroke-width", (0.4 + 4 * share).toFixed(2));
    link.line.setAttribute("stroke-opacity", (0.15 + 0.75 * share).toFixed(2));
    link.title.textContent = `${link.what.name}: ${text(value, 6)}`;
  }
}

/** The two inputs that the plane lies over grow from left to right and from below upwards. */
function ramp(name, points) {
  if (name === points.x.name) return { isUp: false };
  if (name === points.y.name) return { isUp: true };
  return undefined;
}

function paintRamp({ isUp }, colours) {
  buffer.width = buffer.height = side;
  const context = buffer.getContext("2d");
  for (let place = 0; place < side; place += 1) {
    const step = Math.round(((isUp ? side - 1 - place : place) / (side - 1)) * 255);
    context.fillStyle = `rgb(${colours[4 * step]} ${colours[4 * step + 1]} ${colours[4 * step + 2]})`;
    if (isUp) context.fillRect(0, place, side, 1);
    else context.fillRect(place, 0, 1, side);
  }
}

const small = (number, digits) => [...String(number)].map(digit => digits[digit]).join("");

/** Gives units and links the symbols of formulas; `counted` names the layers as symbols count them. */
export function letter(counted) {
  for (const [element, layer, sign, places] of lettered) {
    const above = layer && counted.length > 1 ? `⁽${small(counted.indexOf(layer) + 1, "⁰¹²³⁴⁵⁶⁷⁸⁹")}⁾` : "";
    if (!places) element.dataset.pixels = sign + above;
    else element.dataset.symbol = sign + above + places.map(place => small(place, "₀₁₂₃₄₅₆₇₈₉")).join(",");
  }
}

/** Frames the cell of a map that is looked at, and of each map before the window that it is computed from. */
export function frame({ layer, unit, at: [row, column] }, { layers, reads }) {
  unframe();
  const boxes = new Map();
  for (const { place: { layer: from, cell } } of reads) {
    const before = from === 0 ? columns[0] : columns.find(one => one.name === layers[from]);
    if (!before?.isMap) continue;
    const [, width, count] = before.shape, pixel = before.pixels ? before.pixels.indexOf(cell) : cell, map = pixel % count, x = Math.floor(pixel / count) % width, y = Math.floor(pixel / count / width), key = `${columns.indexOf(before)}/${map}`;
    const known = boxes.get(key) ?? { before, map, left: x, right: x, top: y, bottom: y };
    boxes.set(key, { ...known, left: Math.min(known.left, x), right: Math.max(known.right, x), top: Math.min(known.top, y), bottom: Math.max(known.bottom, y) });
  }
  for (const { before, map, left, right, top, bottom } of boxes.values()) over(before, map, left, top, right - left + 1, bottom - top + 1, "reads");
  over(columns.find(one => one.place === layer.place), unit, column, row, 1, 1, "reads cell");
}

export function unframe() { drawing?.querySelectorAll(".reads").forEach(one => one.remove()); }

function over({ centres, wide, high, shape }, map, x, y, width, height, kind) {
  const centre = centres[map];
  if (centre) drawing.append(svg("rect", { class: kind, x: centre.x - wide / 2 + (x * wide) / shape[1], y: centre.y - high / 2 + (y * high) / shape[0], width: (width * wide) / shape[1], height: (height * high) / shape[0] }));
}

/** Marks what is looked at. */
export function mark(what) {
  held = what;
  if (!what?.at) unframe();
  for (const one of units) one.frame.classList.toggle("held", one.what === what);
  for (const one of links) one.line.classList.toggle("held", one.what === what);
}

/** The drawing alone, as the text of an SVG file. */
export function file() {
  const copy = drawing.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.querySelectorAll(".change, .hold, .spot, .reads, image").forEach(one => one.remove());
  const image = svg("image", { href: canvas.toDataURL(), width: drawing.getAttribute("width"), height: drawing.getAttribute("height") });
  const rules = `.link{fill:none}.above{stroke:${colour("--above")}}.below{stroke:${colour("--below")};stroke-dasharray:5 3}.unit{fill:none;stroke:gray}text{font:11px sans-serif;fill:${colour("--text")}}`;
  copy.prepend(svg("style", {}, rules), image);
  return new XMLSerializer().serializeToString(copy);
}
