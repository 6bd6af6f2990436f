// The layers of a network side by side, with what each makes of the picture.

import { html, paint, palette, text } from "./shapes.js";
import { board, place } from "./board.js";

const rowOfStrip = 16;

/** @param hold told of the number that is chosen: its layer, and its place in it, row by row. @param wish told of a layer whose maps are all wanted. */
export function maps(network, frame, kernels, hold, wish) {
  /** Columns that never changed are no inputs: their pixels have no place. */
  const cellOf = (at, pixel) => (network.layers[at].kind === "input" && network.pixels ? network.pixels.indexOf(pixel) : pixel);
  const pixelOf = (at, cell) => (network.layers[at].kind === "input" && network.pixels ? network.pixels[cell] : cell);
  const left = now => [now.units_left_out && `${now.units_left_out} more are not shown`, now.channels_left_out && `${now.channels_left_out} more channels of each are not shown`].filter(Boolean).map(words => `; ${words}`).join("");
  const element = html("div", { class: "flow", tabindex: 0, role: "region", "aria-label": "Layers, from the picture to the answer" });
  const columns = network.layers.map((layer, at) => column(layer, at));
  element.append(...columns.filter(one => one.element).map(one => one.element));

  function column(layer, at) {
    if (layer.kind === "answer") return { layer };
    const own = { layer, at, range: html("p", { class: "range" }), tiles: [] };
    const isImage = layer.shape.length === 3 || layer.kind === "input", shape = layer.kind === "input" ? [network.height, network.width, network.channels] : layer.shape;
    own.isImage = isImage;
    own.body = html("div", { class: isImage ? "tiles" : "strip" });
    own.more = html("button", { class: "more", hidden: true, onclick: () => wish(at) });
    own.kernels = kernelsOf(own);
    own.element = html("section", { class: "layer", "aria-label": layer.name },
      html("h4", {}, layer.kind === "input" ? "as the network gets it" : layer.name), html("p", { class: "range" }, [layer.detail, shape.join(" × ")].filter(Boolean).join(" · ")),
      own.range, own.body, own.more, own.kernels?.element);
    return own;
  }

  function tile(own, map, place) {
    const { width, height } = map, count = own.layer.kind === "input" ? network.channels : own.layer.shape[2];
    const name = own.layer.kind === "input" ? (count === 3 ? ["red", "green", "blue"][place] : "the picture") : `map ${place + 1}`;
    const canvas = html("canvas", { "aria-hidden": "true" });
    const button = html("button", { class: "tile", title: `${name}: click a pixel`, "aria-label": `${name} of ${own.layer.name}`, onclick: event => {
      const box = canvas.getBoundingClientRect(), isKey = event.detail === 0;
      const x = isKey ? width >> 1 : Math.max(0, Math.min(width - 1, Math.floor(((event.clientX - box.left) / box.width) * width)));
      const y = isKey ? height >> 1 : Math.max(0, Math.min(height - 1, Math.floor(((event.clientY - box.top) / box.height) * height)));
      hold(own.at, cellOf(own.at, (y * width + x) * count + place));
    } }, canvas);
    own.body.append(button);
    return { canvas, button, width, height, window: undefined };
  }

  function strip(own, map) {
    const rows = own.layer.shape.length === 2 ? map.height : Math.ceil(map.width / rowOfStrip), width = own.layer.shape.length === 2 ? map.width : Math.min(rowOfStrip, map.width);
    const grid = board(`Units of ${own.layer.name}: arrows choose one`, ({ x, y }) => {
      const unit = y * width + x;
      if (unit < map.width * map.height) hold(own.at, unit);
    });
    grid.resize(width, rows);
    own.body.append(grid.element);
    return { canvas: grid.canvas, board: grid, width, height: rows };
  }

  function kernelsOf(own) {
    const found = kernels.find(one => own.layer.parameters.some(parameter => parameter.name === one.parameter));
    if (!found) return undefined;
    const grid = html("div", { class: "kernels" }), said = html("p", { class: "range" });
    const part = { element: html("details", { class: "of-kernels" }, html("summary", {}, found.units[0][0].width === network.width && own.layer.shape.length === 1 ? "Weights" : "Kernels"), said, grid), parameter: found.parameter };
    part.draw = now => {
      const colours = palette();
      said.textContent = `${text(now.low)} to ${text(now.high)}, a row for each ${own.isImage ? "map" : "unit"}, a picture for each channel before it${left(now)}`;
      grid.replaceChildren(...now.units.map((unit, place) => {
        const pictures = unit.map(picture => {
          const canvas = html("canvas", { "aria-hidden": "true" });
          paint(canvas, picture, colours);
          return canvas;
        });
        const { shape } = own.layer, cell = own.isImage ? ((shape[0] >> 1) * shape[1] + (shape[1] >> 1)) * shape[2] + place : place;
        return html("button", { class: "kernel", title: `kernel ${place + 1}: click to change it`, "aria-label": `kernel ${place + 1} of ${own.layer.name}`, onclick: () => hold(own.at, cell) }, ...pictures);
      }));
    };
    part.draw(found);
    return part;
  }

  function draw(now) {
    const colours = palette();
    for (const own of columns) {
      if (!own.element) continue;
      const layer = now.layers[own.at];
      own.range.textContent = `${text(layer.low)} to ${text(layer.high)}`;
      own.more.hidden = !layer.left_out;
      own.more.textContent = `${layer.left_out} more maps`;
      if (own.tiles.length !== layer.maps.length) {
        own.body.replaceChildren();
        own.tiles = layer.maps.map((map, place) => (own.isImage ? tile(own, map, place) : strip(own, map)));
      }
      layer.maps.forEach((map, place) => {
        const one = own.tiles[place];
        paint(one.canvas, { ...map, width: one.width, height: one.height }, colours);
      });
    }
  }

  /** Marks the number that is looked at, and the window that it is computed from. */
  function mark(layer, cell, reads) {
    element.querySelectorAll(".window").forEach(one => one.remove());
    for (const own of columns) for (const one of own.tiles ?? []) {
      one.button?.classList.remove("held");
      one.board?.element.classList.remove("held");
    }
    const chosen = columns[layer];
    if (chosen?.isImage) {
      const count = chosen.tiles.length && (chosen.layer.kind === "input" ? network.channels : chosen.layer.shape[2]), pixel = pixelOf(layer, cell), one = chosen.tiles[pixel % count];
      one?.button.classList.add("held");
      if (one) over(one, { x: Math.floor(pixel / count) % one.width, y: Math.floor(pixel / count / one.width), width: 1, height: 1 }, "cell");
    } else if (chosen?.tiles?.[0]) {
      const { board: grid } = chosen.tiles[0];
      grid.element.classList.add("held");
      grid.move(cell % grid.width, Math.floor(cell / grid.width));
    }
    for (const [at, boxes] of windows(reads)) {
      for (const [map, box] of boxes) {
        const one = columns[at]?.tiles?.[map];
        if (columns[at]?.isImage && one) over(one, box, "reads");
      }
    }
  }

  /** The rectangle of each map that is read. */
  function windows(reads) {
    const found = new Map();
    for (const { place: { layer, cell } } of reads) {
      const shape = network.layers[layer].kind === "input" ? [network.height, network.width, network.channels] : network.layers[layer].shape;
      if (shape.length !== 3) continue;
      const pixel = pixelOf(layer, cell), map = pixel % shape[2], x = Math.floor(pixel / shape[2]) % shape[1], y = Math.floor(pixel / shape[2] / shape[1]);
      if (!found.has(layer)) found.set(layer, new Map());
      const known = found.get(layer).get(map);
      found.get(layer).set(map, known ? { left: Math.min(known.left, x), right: Math.max(known.right, x), top: Math.min(known.top, y), bottom: Math.max(known.bottom, y) } : { left: x, right: x, top: y, bottom: y });
    }
    for (const boxes of found.values()) for (const [map, { left, right, top, bottom }] of boxes) boxes.set(map, { x: left, y: top, width: right - left + 1, height: bottom - top + 1 });
    return found;
  }

  function over(one, box, kind) {
    const frame = html("span", { class: `window ${kind}`, "aria-hidden": "true" });
    place(frame, box, one.width, one.height);
    one.button.append(frame);
  }

  draw(frame);
  return { element, draw, mark, redrawKernels: all => { for (const own of columns) own.kernels?.draw(all.find(one => one.parameter === own.kernels.parameter)); } };
}
