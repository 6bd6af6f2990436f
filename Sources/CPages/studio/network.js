// The network as a drawing: a picture in every unit, a number on every link.

import { at, colour, html, paint, palette, svg, text } from "./shapes.js";

const side = 38, mostLinks = 2000;
let held, columns = [], links = [], units = [], lettered = [], canvas, drawing, buffer, scale = 1;

/** Builds the drawing. `hold` is told what is clicked; `change(layer, by)` what is to be wider. */
export function build({ inputs, layers }, hold, change) {
  columns = [{ name: "inputs", units: inputs.length, names: inputs }, ...layers.map((layer, place) => ({ ...layer, place, units: layer.shape.length === 1 && layer.pictures ? layer.shape[0] : 0 }))];
  const box = at("drawing-of-network");
  const width = Math.max(box.clientWidth || 600, columns.length * (side + 46));
  const tallest = Math.max(...columns.map(column => column.units || 1));
  const gap = Math.min(56, Math.max(side + 6, 420 / tallest)), height = Math.max(180, tallest * gap + 64);
  scale = devicePixelRatio || 1;
  canvas = html("canvas", { width: width * scale, height: height * scale, "aria-hidden": "true" });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `A network: ${columns.map(column => `${column.name} of ${column.units || column.shape?.join(" by ")}`).join(", ")}` });
  buffer = document.createElement("canvas");
  (links = []), (units = []), (lettered = []);
  const x = column => 30 + (side / 2) + (column / Math.max(1, columns.length - 1)) * (width - 60 - side);
  const y = (unit, count) => 44 + (height - 52) / 2 + (unit - (count - 1) / 2) * gap;
  columns.forEach((column, place) => {
    column.centres = Array.from({ length: column.units }, (_, unit) => ({ x: x(place), y: y(unit, column.units) }));
    heading(column, place, x(place), change);
    if (place) connect(columns[place - 1], column, hold);
  });
  columns.forEach((column, place) => column.centres.forEach((centre, unit) => addUnit(column, place, unit, centre, hold)));
  box.replaceChildren(canvas, drawing);
}

function heading(column, place, x, change) {
  const title = place === 0 ? "inputs" : column.name, anchor = place === 0 ? "start" : place === columns.length - 1 ? "end" : "middle";
  const left = place === 0 ? x - side / 2 : place === columns.length - 1 ? x + side / 2 : x;
  drawing.append(svg("text", { x: left, y: 14, "text-anchor": anchor }, title), svg("text", { x: left, y: 28, "text-anchor": anchor, class: "soft" }, column.detail ?? ""));
  if (!column.units && place) drawing.append(svg("text", { x, y: 70, "text-anchor": "middle", class: "soft" }, column.shape.join(" × ")));
  if (column.kind === "dense" && place < columns.length - 1) {
    [[-1, "−", x - 20], [1, "+", x + 2]].forEach(([by, sign, at]) => drawing.append(svg("g", { class: "change", role: "button", tabindex: 0, "aria-label": `${by > 0 ? "One unit more" : "One unit fewer"} in ${column.name}`, onclick: () => change(column, by), onkeydown: press(() => change(column, by)) }, svg("rect", { x: at, y: 32, width: 18, height: 16, rx: 3 }), svg("text", { x: at + 9, y: 45 }, sign))));
  }
}

const press = work => event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); work(); } };

function connect(before, column, hold) {
  const isSum = column.kernel && before.units && column.units;
  if (isSum && before.units * column.units <= mostLinks) {
    before.centres.forEach((from, i) => column.centres.forEach((to, j) => {
      const middle = (from.x + to.x) / 2, d = `M${from.x + side / 2} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x - side / 2} ${to.y}`;
      const line = svg("path", { d, class: "link" });
      lettered.push([line, column.name, "w", [i + 1, j + 1]]);
      const what = { kind: "weight", layer: column, parameter: column.kernel, index: i * column.units + j, place: [i, j], name: `weight from ${before.names?.[i] ?? `${before.name} ${i + 1}`} to ${column.name} ${j + 1}` };
      const grip = svg("path", { d, class: "hold", role: "button", tabindex: -1, "aria-label": what.name, onclick: () => hold(what), onkeydown: press(() => hold(what)) }, svg("title", {}));
      drawing.append(grip, line);
      links.push({ line, what, title: grip.firstChild });
    }));
  } else if (before.units && before.units === column.units) {
    before.centres.forEach((from, i) => drawing.append(svg("path", { d: `M${from.x + side / 2} ${from.y}L${column.centres[i].x - side / 2} ${column.centres[i].y}`, class: "link shadow" })));
  }
}

function addUnit(column, place, unit, { x, y }, hold) {
  const name = place === 0 ? column.names[unit] : `${column.name} ${unit + 1}`;
  const what = place === 0 ? { kind: "input", unit, name } : { kind: "unit", layer: column, unit, name, bias: column.bias };
  const frame = svg("rect", { class: "unit neuron", x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 4, tabindex: 0, role: "button", "aria-label": name, onclick: () => hold(what), onkeydown: press(() => hold(what)) }, svg("title", {}, name));
  drawing.append(frame);
  frame.classList.toggle("output", place === columns.length - 1);
  lettered.push([frame, place === 0 ? undefined : column.name, place === 0 ? "x" : "a", [unit + 1]]);
  if (place === 0) drawing.append(svg("text", { x: x - side / 2, y: y + side / 2 + 12 }, name.length > 14 ? `${name.slice(0, 13)}…` : name));
  units.push({ frame, what, place, unit, x, y, title: frame.firstChild });
}

/** Draws a frame's numbers; `shown` says which of them stand on the links. */
export function draw(frame, points, shown) {
  const context = canvas.getContext("2d"), colours = palette();
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const pictures = new Map((frame.pictures ?? []).map(one => [`${one.layer}/${one.unit}`, one.picture]));
  for (const one of units) {
    const picture = one.place === 0 ? ramp(one.what.name, points) : pictures.get(`${columns[one.place].place}/${one.unit}`);
    if (!picture) continue;
    if (picture.levels) paint(buffer, picture, colours);
    else paintRamp(picture, colours);
    context.drawImage(buffer, one.x - side / 2, one.y - side / 2, side, side);
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
    element.dataset.symbol = sign + above + places.map(place => small(place, "₀₁₂₃₄₅₆₇₈₉")).join(",");
  }
}

/** Marks what is looked at. */
export function mark(what) {
  held = what;
  for (const one of units) one.frame.classList.toggle("held", one.what === what);
  for (const one of links) one.line.classList.toggle("held", one.what === what);
}

/** The drawing alone, as the text of an SVG file. */
export function file() {
  const copy = drawing.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.querySelectorAll(".change, .hold").forEach(one => one.remove());
  const image = svg("image", { href: canvas.toDataURL(), width: drawing.getAttribute("width"), height: drawing.getAttribute("height") });
  const rules = `.link{fill:none}.above{stroke:${colour("--above")}}.below{stroke:${colour("--below")};stroke-dasharray:5 3}.unit{fill:none;stroke:gray}text{font:11px sans-serif;fill:${colour("--text")}}`;
  copy.prepend(svg("style", {}, rules), image);
  return new XMLSerializer().serializeToString(copy);
}
