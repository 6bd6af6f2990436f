// The picture that is drawn: levels from 0 to 255 for each pixel and channel, as the network's input has them.

import { html } from "./shapes.js";
import { board } from "./board.js";

/** @param changed told of the levels after each stroke. */
export function sketch({ height, width, channels, background }, changed) {
  let levels = new Uint8Array(height * width * channels).fill(background), isErasing = false, last, isPainted = false;
  const ink = 255 - background, hex = level => level.toString(16).padStart(2, "0").repeat(3);
  const size = html("input", { type: "range", min: 1, max: Math.max(2, Math.round(Math.max(height, width) / 4)), step: 0.5, value: Math.max(1.5, Math.max(height, width) / 12), "aria-label": "Width of the pencil in pixels" });
  const colour = channels === 3 ? html("input", { type: "color", value: `#${hex(ink)}`, "aria-label": "Colour of the pencil" }) : html("input", { type: "range", min: 0, max: 255, value: ink, "aria-label": "Brightness of the pencil, 0 is black" });
  const pen = () => (isErasing ? [background, background, background] : channels === 3 ? [1, 3, 5].map(at => parseInt(colour.value.slice(at, at + 2), 16)) : [Number(colour.value)]);

  const picture = board(`Picture, ${height} by ${width} pixels: arrows move, Space draws, Shift with arrows draws a line, E takes the eraser, Delete clears`, ({ x, y }, isDragged) => stroke(x, y, isDragged), {
    describe: ({ x, y }) => `level ${[...levels.slice((y * width + x) * channels, (y * width + x + 1) * channels)].join(", ")}`,
    keys: { moves: true, " ": ({ x, y }) => stroke(x, y, false), Enter: ({ x, y }) => stroke(x, y, false), e: () => take(!isErasing), Delete: () => clear() },
  });
  picture.resize(width, height);
  picture.element.classList.add("sketch");

  function stroke(x, y, isDragged) {
    const from = isDragged && last ? last : [x, y], radius = Number(size.value) / 2, tone = pen();
    last = [x, y];
    const reach = Math.ceil(radius);
    for (let row = Math.max(0, Math.min(y, from[1]) - reach); row <= Math.min(height - 1, Math.max(y, from[1]) + reach); row += 1) {
      for (let column = Math.max(0, Math.min(x, from[0]) - reach); column <= Math.min(width - 1, Math.max(x, from[0]) + reach); column += 1) {
        const cover = Math.max(0, Math.min(1, radius + 0.5 - distance(column, row, from, [x, y])));
        for (let channel = 0; cover > 0 && channel < channels; channel += 1) {
          const place = (row * width + column) * channels + channel;
          // The pencil never takes away what it has laid before.
          const mixed = Math.round(background + (tone[channel] - background) * cover), isFurther = Math.abs(mixed - background) >= Math.abs(levels[place] - background);
          levels[place] = isErasing ? Math.round(levels[place] + (background - levels[place]) * cover) : cover === 1 || isFurther ? mixed : levels[place];
        }
      }
    }
    tell();
  }

  function distance(x, y, [x1, y1], [x2, y2]) {
    const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
    const share = length ? Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length)) : 0;
    return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
  }

  function tell() {
    isPainted = true;
    draw();
    changed(levels.slice());
  }

  function draw() { paintLevels(picture.canvas, levels, height, width, channels); }

  function clear() {
    levels.fill(background);
    tell();
  }

  const tools = [["Pencil", false], ["Eraser", true]].map(([name, erases]) => html("button", { role: "radio", onclick: () => take(erases) }, name));
  function take(erases) {
    isErasing = erases;
    tools.forEach((tool, place) => tool.setAttribute("aria-checked", String(erases === (place === 1))));
  }
  take(false);
  draw();
  const controls = html("div", {},
    html("div", { class: "bar small" }, html("div", { class: "chips", role: "radiogroup", "aria-label": "Tool" }, ...tools), html("button", { onclick: clear }, "Clear")),
    html("div", { class: "bar small" }, html("label", {}, "Width ", size), html("label", {}, channels === 3 ? "Colour " : "Brightness ", colour)));
  return {
    element: picture.element, controls,
    /** Shows levels that come from elsewhere, as base64 or as bytes. */
    show: given => { levels = Uint8Array.from(given); last = undefined; draw(); },
    isPainted: () => isPainted,
  };
}

/** Paints levels into a canvas of their size. */
export function paintLevels(canvas, levels, height, width, channels) {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let pixel = 0; pixel < height * width; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) image.data[4 * pixel + channel] = levels[pixel * channels + Math.min(channel, channels - 1)];
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
