// A picture whose cells are chosen by pointer or arrow keys.

import { html } from "./shapes.js";

/** @param choose told of each cell that is chosen, {x, y}, and whether it was dragged to. */
export function board(name, choose, { describe, keys = {} } = {}) {
  const canvas = html("canvas", { tabindex: 0, role: "application", "aria-label": name, "aria-roledescription": "picture" });
  const mark = html("div", { class: "cursor", "aria-hidden": "true" }), said = html("output", { class: "quiet" });
  const element = html("div", { class: "board" }, canvas, mark, said);
  const own = { element, canvas, x: 0, y: 0, width: 1, height: 1, boxes: [] };
  own.resize = (width, height) => {
    [own.width, own.height] = [width, height];
    element.style.aspectRatio = `${width} / ${height}`;
    own.move(Math.min(own.x, width - 1), Math.min(own.y, height - 1));
  };
  own.move = (x, y) => {
    [own.x, own.y] = [x, y];
    place(mark, { x, y, width: 1, height: 1 }, own.width, own.height);
  };
  const go = (x, y, isDragged) => {
    own.move(Math.max(0, Math.min(own.width - 1, x)), Math.max(0, Math.min(own.height - 1, y)));
    choose({ x: own.x, y: own.y }, isDragged);
  };
  const under = event => {
    const box = canvas.getBoundingClientRect();
    return [Math.floor(((event.clientX - box.left) / box.width) * own.width), Math.floor(((event.clientY - box.top) / box.height) * own.height)];
  };
  canvas.addEventListener("pointerdown", event => {
    canvas.setPointerCapture(event.pointerId);
    go(...under(event), false);
  });
  canvas.addEventListener("pointermove", event => { if (event.buttons) go(...under(event), true); });
  canvas.addEventListener("keydown", event => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const work = keys[event.key];
    if (!by && !work || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (by) {
      own.move(Math.max(0, Math.min(own.width - 1, own.x + by[0])), Math.max(0, Math.min(own.height - 1, own.y + by[1])));
      if (!keys.moves || event.shiftKey) choose({ x: own.x, y: own.y }, event.shiftKey);
    } else work({ x: own.x, y: own.y });
    said.textContent = `row ${own.y + 1}, column ${own.x + 1}${describe ? `: ${describe(own)}` : ""}`;
  });
  return own;
}

/** Lays an element over cells of a picture of so many. */
export function place(element, { x, y, width, height }, columns, rows) {
  Object.assign(element.style, { left: `${(100 * x) / columns}%`, top: `${(100 * y) / rows}%`, width: `${(100 * width) / columns}%`, height: `${(100 * height) / rows}%` });
}
