// A row of data that are no plane: the picture or series that it is, and what the network answers.

import { bytes, html, text } from "./shapes.js";
import { chart } from "./curves.js";
import { paintLevels } from "./sketch.js";

const mostAnswers = 10;

/** Stands where a plane would: same methods, other content. `go` is told of another row, counted from 0. */
export class Row {
  constructor(title, { points, network, go }) {
    (this.points = points), (this.network = network);
    this.canvas = html("canvas", { role: "img" });
    this.number = html("input", { type: "number", min: 1, max: points.parts.length, "aria-label": "Row that is looked at", onchange: event => go(Number(event.currentTarget.value) - 1) });
    const step = (sign, words, by) => html("button", { "aria-label": words, title: words, onclick: () => go(this.next(Number(this.number.value) - 1, by)) }, sign);
    this.line = html("div", {});
    this.verdict = html("p", { class: "verdict" });
    this.answers = html("div", { class: "norm" });
    this.element = html("figure", { class: "row-view" }, title && html("figcaption", {}, title),
      html("div", { class: "bar small" }, html("label", {}, "Row ", this.number), step("‹", "The row before", -1), step("›", "The next row", 1)),
      network.pixels || network.input_shape.length === 3 ? this.canvas : this.line, this.verdict, this.answers);
  }

  /** The next row that has a part. */
  next(row, by) {
    const { parts } = this.points;
    for (let at = row + by; at >= 0 && at < parts.length; at += by) if (parts[at] !== "none") return at;
    return row;
  }

  draw({ example }) {
    if (!example) return;
    const { input_shape: shape } = this.network, { labels, target } = this.points;
    if (document.activeElement !== this.number) this.number.value = example.row;
    if (example.levels) {
      paintLevels(this.canvas, bytes(example.levels), ...shape);
      this.canvas.setAttribute("aria-label", `The picture of row ${example.row}: ${example.truth}`);
    } else if (this.drawn !== example.row) {
      if (shape.length === 2) this.series(example);
      else this.line.replaceChildren(html("dl", { class: "cells" }, ...Object.entries(example.cells ?? {}).flatMap(([name, cell]) => [html("dt", {}, name), html("dd", {}, String(cell ?? "missing"))])));
    }
    this.drawn = example.row;
    const answers = example.answers ?? [], best = answers.indexOf(Math.max(...answers));
    const answered = !answers.length ? "an answer for each step" : labels.length ? labels[best] : answers.map(one => text(one)).join(", ");
    this.verdict.textContent = `${target} is ${example.truth}; the network answers ${answered}${labels.length && answers.length ? ` (${text(answers[best], 3)})` : ""}. This row is ${example.part === "train" ? "learned from" : `of the ${example.part} part`}.`;
    if (!labels.length || !answers.length) { this.answers.replaceChildren(); return; }
    const shown = answers.map((share, at) => ({ share, at })).sort((a, b) => b.share - a.share).slice(0, mostAnswers).sort((a, b) => a.at - b.at);
    this.answers.replaceChildren(...shown.flatMap(({ share, at }) => [html("span", {}, labels[at]), html("meter", { min: 0, max: 1, value: share, "aria-label": `probability of ${labels[at]}` }), html("span", {}, text(share, 3))]),
      answers.length > shown.length ? html("p", {}, `${answers.length - shown.length} less likely ones are not shown.`) : "");
  }

  /** The numbers as the network gets them, a line for each channel. */
  series({ layers: [{ maps }] }) {
    const value = ({ low, high, levels }) => [...bytes(levels)].map((level, step) => [step + 1, low + (level / 255) * (high - low)]);
    this.line.replaceChildren(chart(maps.slice(0, 3).map((map, channel) => ({ name: this.network.input_shape[1] > 1 ? `channel ${channel + 1}` : "as the network gets it", kind: ["one", "two", "three"][channel], points: value(map) })), { xTitle: "step", yTitle: "" }));
  }
}
