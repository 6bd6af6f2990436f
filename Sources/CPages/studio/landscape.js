// The loss around the weights, with the way they went: seen from above, the darker the lower.

import { colour, html, text } from "./shapes.js";

const size = 360;

/** @param found {places, ranges, side, losses, rows}, or null where no weight has moved yet. */
export function landscape(found) {
  if (!found) return html("p", { class: "legend" }, "No weight has moved yet, or looking around would take too long for this network: play first.");
  const { places, ranges: [xLow, xHigh, yLow, yHigh], side, losses, rows } = found;
  const canvas = html("canvas", { width: size, height: size, role: "img", "aria-label": `The loss of ${rows} rows around the weights: ${text(Math.min(...losses.filter(Number.isFinite)))} at the lowest, and a way of ${places.length} places` });
  const context = canvas.getContext("2d"), cell = size / side;
  const known = losses.filter(loss => loss !== null && loss > 0).map(Math.log), low = Math.min(...known), high = Math.max(...known);
  const [near, far] = [colour("--below"), colour("--card")];
  losses.forEach((loss, place) => {
    const [column, row] = [place % side, side - 1 - Math.floor(place / side)];
    // Whole pixels, so that no seams show.
    const [left, top, right, bottom] = [column, row, column + 1, row + 1].map(edge => Math.round(edge * cell));
    const box = [left, top, right - left, bottom - top];
    context.globalAlpha = 1;
    context.fillStyle = far;
    context.fillRect(...box);
    if (loss === null) return;
    // In twelve steps, whose edges are lines of equal loss.
    context.globalAlpha = Math.round(12 * (1 - (Math.log(Math.max(loss, 1e-12)) - low) / (high - low || 1))) / 14;
    context.fillStyle = near;
    context.fillRect(...box);
  });
  context.globalAlpha = 1;
  const x = place => ((place.x - xLow) / (xHigh - xLow)) * size, y = place => size - ((place.y - yLow) / (yHigh - yLow)) * size;
  context.strokeStyle = context.fillStyle = colour("--above");
  context.lineWidth = 2;
  context.beginPath();
  places.forEach((place, index) => (index ? context.lineTo(x(place), y(place)) : context.moveTo(x(place), y(place))));
  context.stroke();
  for (const [place, radius] of [[places[0], 4], [places.at(-1), 6]]) {
    context.beginPath();
    context.arc(x(place), y(place), radius, 0, 2 * Math.PI);
    context.fill();
  }
  return html("figure", {}, canvas, html("figcaption", {}, `Losses of ${rows} training rows in the plane through the beginning (small dot, step ${places[0].step}), the present (large dot, step ${places.at(-1).step}) and the place of the way farthest from the line between them; darker is lower, in twelve steps of equal ratio from ${text(Math.exp(low))} to ${text(Math.exp(high))}.`));
}
