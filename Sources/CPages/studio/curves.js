// Curves as SVG: the loss over steps, epochs of runs.

import { svg, text } from "./shapes.js";

const width = 360, height = 170, left = 44, right = 8, top = 8, bottom = 24;

function ticks(low, high, isLog) {
  if (isLog) {
    const found = [];
    for (let power = Math.ceil(Math.log10(low)); 10 ** power <= high * 1.0001; power += 1) found.push(10 ** power);
    return found.length > 1 ? found : [low, high];
  }
  const unit = 10 ** Math.floor(Math.log10((high - low) / 3 || 1));
  const step = [1, 2, 5, 10].map(k => k * unit).find(s => (high - low) / s <= 5) ?? unit;
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) found.push(Number(value.toPrecision(12)));
  return found;
}

/**
 * @param lines [{name, kind, points: [[x, y], …]}]: kind is a class of the style sheet.
 * @param marks [{x, label}]: places on the x axis that are marked.
 */
export function chart(lines, { xTitle, yTitle, marks = [], isLog = false }) {
  const drawn = lines.map(line => ({ ...line, points: line.points.filter(([x, y]) => isFinite(x) && Number.isFinite(y) && (!isLog || y > 0)) })).filter(line => line.points.length);
  const xs = drawn.flatMap(line => line.points.map(point => point[0])), ys = drawn.flatMap(line => line.points.map(point => point[1]));
  if (!xs.length) return svg("svg", { class: "chart", viewBox: `0 0 ${width} 40`, role: "img", "aria-label": `${yTitle}: nothing yet` }, svg("text", { x: left, y: 24, class: "soft" }, "nothing yet"));
  let [xLow, xHigh, yLow, yHigh] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (xLow === xHigh) xHigh = xLow + 1;
  if (!isLog && yLow > 0 && yLow < yHigh * 0.7) yLow = 0;
  if (yLow === yHigh) [yLow, yHigh] = isLog ? [yLow / 2, yHigh * 2] : [yLow - 0.5, yHigh + 0.5];
  const scale = value => (isLog ? Math.log(value) : value);
  const x = value => left + ((value - xLow) / (xHigh - xLow)) * (width - left - right);
  const y = value => height - bottom - ((scale(value) - scale(yLow)) / (scale(yHigh) - scale(yLow))) * (height - top - bottom);
  const last = drawn.map(line => `${line.name} ${text(line.points.at(-1)[1])}`).join(", ");
  const picture = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height + 16}`, role: "img", "aria-label": `${yTitle} over ${xTitle}: ${last}` });
  for (const value of ticks(yLow, yHigh, isLog)) {
    picture.append(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }), svg("text", { x: left - 4, y: y(value) + 4, "text-anchor": "end", class: "soft" }, text(value, 3)));
  }
  const across = ticks(xLow, xHigh, false);
  for (const value of across) picture.append(svg("text", { x: x(value), y: height - bottom + 14, "text-anchor": value === across.at(-1) ? "end" : "middle", class: "soft" }, value >= 1e4 ? `${text(value / 1000, 3)}k` : text(value, 5)));
  for (const { x: place } of marks) if (place >= xLow && place <= xHigh) picture.append(svg("line", { class: "shadow", x1: x(place), x2: x(place), y1: top, y2: height - bottom }));
  for (const line of drawn) picture.append(svg("path", { class: `curve ${line.kind}`, d: "M" + line.points.map(([px, py]) => `${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join("L") }));
  let place = left;
  for (const line of drawn) {
    picture.append(svg("path", { class: `curve ${line.kind}`, d: `M${place} ${height + 8}h14` }), svg("text", { x: place + 18, y: height + 12 }, line.name));
    place += 30 + 7 * line.name.length;
  }
  picture.append(svg("text", { x: width - right, y: height + 12, "text-anchor": "end", class: "soft" }, isLog ? `${xTitle}; ${yTitle} logarithmic` : xTitle));
  return picture;
}
