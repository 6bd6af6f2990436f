// Where a number of a layer comes from: its window, the products, the sum, and each weight to be changed.

import { html, newest, paint, palette, text } from "./shapes.js";
import { post } from "./server.js";
import { board } from "./board.js";

const mostChannels = 4, mostRows = 12;

/** @param api {id(), network(), frame(), edit(weight, cell, value), mark(layer, cell, reads), edits(), place(weight, cell)} */
export function cell(api) {
  const title = html("h3", { "aria-live": "polite" }), grips = html("div", { class: "bar small" }), sum = html("div", { class: "arithmetic" }), weight = html("div", { class: "weight" }), formulas = html("div", { class: "formulas" });
  const large = board("The map, larger: arrows move the window", ({ x, y }) => go({ x, y }));
  const shown = html("div", { class: "enlarged" }, large.element);
  const element = html("section", { class: "card", id: "picture-cell", hidden: true, "aria-label": "Where a number comes from" },
    html("div", { class: "bar small" }, title, html("button", { onclick: () => close() }, "Close")), grips,
    html("div", { class: "cell-columns" }, shown, html("div", {}, sum, weight, html("details", { open: true, class: "scroll" }, html("summary", {}, "As a formula"), formulas))));
  let held, answer, grip, asked = 0;

  const size = layer => {
    const network = api.network(), { kind, shape } = network.layers[layer];
    return kind === "input" ? [network.height, network.width, network.channels] : shape.length === 3 ? shape : undefined;
  };
  const pixelOf = (layer, cell) => (api.network().layers[layer].kind === "input" && api.network().pixels ? api.network().pixels[cell] : cell);
  /** Row, column and map, or unit, counted from 0. */
  function position(layer, cell) {
    const shape = size(layer), pixel = pixelOf(layer, cell);
    return shape ? { row: Math.floor(pixel / shape[2] / shape[1]), column: Math.floor(pixel / shape[2]) % shape[1], map: pixel % shape[2] } : { unit: cell };
  }
  const colours = ["red", "green", "blue"];
  const channel = (layer, map) => (api.network().layers[layer].kind !== "input" ? `${api.network().layers[layer].name}, map ${map + 1}` : size(layer)[2] > 1 ? `the picture's ${colours[map]}` : "the picture");
  function words(layer, cell) {
    const { name, kind } = api.network().layers[layer], at = position(layer, cell);
    if (kind === "answer") return `the answer for ${api.network().answers[cell] ?? cell + 1}`;
    return at.unit === undefined ? `${channel(layer, at.map)}, row ${at.row + 1}, column ${at.column + 1}` : `${name}, unit ${at.unit + 1}`;
  }

  function close() {
    held = undefined;
    element.hidden = true;
    api.mark(undefined, 0, []);
  }

  async function hold(layer, cell) {
    if (cell < 0) throw new Error("This pixel is no input of the network: it was the same in all pictures of the training.");
    const isNew = element.hidden;
    if (held?.layer !== layer) grip = undefined;
    held = { layer, cell };
    element.hidden = false;
    await refresh();
    if (isNew) element.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  async function refresh() {
    if (!held) return;
    const mine = (asked += 1);
    const now = await post(`/api/pictures/${api.id()}/cell`, held);
    if (mine !== asked || !held) return;
    answer = now;
    api.mark(held.layer, held.cell, now.reads);
    draw();
  }

  /** Other places of the same layer, by keyboard or pointer. */
  const follow = newest(({ layer, cell }) => hold(layer, cell));
  function go(change) {
    const shape = size(held.layer), at = position(held.layer, held.cell);
    if (!shape) return follow({ layer: held.layer, cell: change.unit });
    const { x = at.column, y = at.row, map = at.map } = change, pixel = (y * shape[1] + x) * shape[2] + map;
    const { pixels, layers } = api.network();
    return follow({ layer: held.layer, cell: layers[held.layer].kind === "input" && pixels ? pixels.indexOf(pixel) : pixel });
  }

  function draw() {
    title.textContent = `${words(held.layer, held.cell)} = ${text(answer.value, 6)}`;
    places();
    enlarge();
    arithmetic();
    weigh();
    const math = new DOMParser().parseFromString(`<div>${answer.formulas}</div>`, "text/html").body.firstChild;
    formulas.replaceChildren(math);
  }

  function places() {
    const shape = size(held.layer), at = position(held.layer, held.cell), count = api.network().layers[held.layer].shape.reduce((a, b) => a * b, 1);
    const fields = shape ? [["Map", "map", at.map, shape[2]], ["Row", "y", at.row, shape[0]], ["Column", "x", at.column, shape[1]]] : [["Unit", "unit", held.cell, count]];
    // A field that is typed into must not be taken away.
    if (grips.childElementCount === fields.length && grips.dataset.layer === String(held.layer)) fields.forEach(([, , value], place) => { grips.children[place].lastChild.value = value + 1; });
    else grips.replaceChildren(...fields.map(([name, key, value, most]) => html("label", {}, name, html("input", { type: "number", min: 1, max: most, value: value + 1, onchange: event => go({ [key]: Math.max(1, Math.min(most, Number(event.currentTarget.value) || 1)) - 1 }) }))));
    grips.dataset.layer = held.layer;
  }

  function enlarge() {
    const shape = size(held.layer), at = position(held.layer, held.cell), map = shape && api.frame().layers[held.layer].maps[at.map];
    shown.hidden = !map;
    if (!map) return;
    paint(large.canvas, map, palette());
    large.resize(map.width, map.height);
    large.move(at.column, at.row);
  }

  // MARK: Sums

  function arithmetic() {
    const { terms, reads, winner, sum: total } = answer;
    if (terms.length) {
      const products = terms.filter(term => term.input && term.weight), others = terms.filter(term => !term.input || !term.weight);
      const rows = isWindow(products) ? windows(products) : list(products);
      sum.replaceChildren(
        html("p", { class: "range" }, `${products.length + answer.terms_left_out} products of a number and its weight${others.length ? ", and the bias" : ""}. Click a weight to change it.`), ...rows,
        answer.terms_left_out ? html("p", { class: "range" }, `The ${answer.terms_left_out} smallest are not shown; they come to ${text(answer.sum_left_out, 6)}.`) : "",
        ...others.map(term => html("p", {}, term.weight ? "bias " : "and ", number(term))),
        html("p", { class: "verdict" }, `The sum is ${text(total, 6)}${answer.value === total ? "" : `; the layer gives on ${text(answer.value, 6)}`}.`));
    } else if (winner) {
      sum.replaceChildren(html("p", { class: "range" }, "The largest number of the window is given on."), grid(reads.map(read => ({ at: position(read.place.layer, read.place.cell), node: html("span", { class: same(read.place, winner) ? "winner" : "" }, text(read.value)) }))));
    } else if (reads.length && reads.length <= 64 && size(reads[0].place.layer) && new Set(reads.map(read => position(read.place.layer, read.place.cell).map)).size === 1 && reads.length > 1) {
      sum.replaceChildren(html("p", { class: "range" }, "The window that it is computed from."), grid(reads.map(read => ({ at: position(read.place.layer, read.place.cell), node: html("span", {}, text(read.value)) }))));
    } else sum.replaceChildren(reads.length ? html("p", { class: "range" }, `Computed from ${reads.length + answer.reads_left_out} number${reads.length === 1 ? "" : "s"} of the layer before.`) : "");
  }

  const same = (a, b) => a.layer === b.layer && a.step === b.step && a.cell === b.cell;
  const isWindow = products => products.length > 1 && products.length <= 2000 && size(products[0].input.layer) && new Set(products.map(term => { const { row, column } = position(term.input.layer, term.input.cell); return `${row} ${column}`; })).size <= 121 && api.network().layers[held.layer].shape.length === 3;

  /** A weight by its place in its tensor, counted from 1 as traces count. */
  const nameOf = ({ weight: name, cell: at }) => `${name} ${api.place(name, at).map(one => one + 1).join(", ")}`;

  /** A weight as a button. */
  function number(term) {
    const isChanged = api.edits().some(edit => edit.weight === term.weight && edit.cell === term.cell);
    if (!term.weight) return html("span", {}, text(term.value));
    return html("button", { class: `number${isChanged ? " changed" : ""}`, title: `${nameOf(term)}: ${term.weight_value}`, "aria-label": `${nameOf(term)}: ${text(term.weight_value)}, change it`, onclick: () => take(term) }, text(term.weight_value));
  }

  /** For each channel before: the numbers, the weights under the window, the products. */
  function windows(products) {
    const channels = new Map();
    for (const term of products) {
      const at = position(term.input.layer, term.input.cell);
      if (!channels.has(at.map)) channels.set(at.map, []);
      channels.get(at.map).push({ at, term });
    }
    const sums = [...channels].map(([map, list]) => ({ map, list, total: list.reduce((all, { term }) => all + term.value, 0) })).sort((a, b) => Math.abs(b.total) - Math.abs(a.total));
    const one = ({ map, list, total }) => html("div", { class: "product" },
      html("p", { class: "range" }, `${channel(products[0].input.layer, map)} · comes to ${text(total, 6)}`),
      html("div", { class: "factors" },
        grid(list.map(({ at, term }) => ({ at, value: term.input_value, node: html("span", {}, text(term.input_value, 3)) }))), html("b", {}, "·"),
        grid(list.map(({ at, term }) => ({ at, value: term.weight_value, node: number(term) }))), html("b", {}, "="),
        grid(list.map(({ at, term }) => ({ at, value: term.value, node: html("span", {}, text(term.value, 3)) })))));
    const rest = sums.slice(mostChannels);
    return [...sums.slice(0, mostChannels).map(one), rest.length ? html("details", {}, html("summary", {}, `${rest.length} more channels, which come to ${text(rest.reduce((all, one) => all + one.total, 0), 6)}`), ...rest.map(one)) : ""];
  }

  /** Numbers where they stand in the picture, coloured by their sign and size. */
  function grid(items) {
    const rows = items.map(item => item.at.row), columns = items.map(item => item.at.column), top = Math.min(...rows), left = Math.min(...columns);
    const most = Math.max(...items.map(item => Math.abs(item.value ?? 0))) || 1, box = html("div", { class: "numbers" });
    box.style.gridTemplateColumns = `repeat(${Math.max(...columns) - left + 1}, minmax(3.2rem, 1fr))`;
    for (const { at, node, value } of items) {
      const place = html("div", { class: value > 0 ? "plus" : value < 0 ? "minus" : "" }, node);
      place.style.gridRow = at.row - top + 1;
      place.style.gridColumn = at.column - left + 1;
      if (value) place.style.setProperty("--share", `${Math.round(55 * Math.abs(value) / most)}%`);
      box.append(place);
    }
    return box;
  }

  /** The largest first. */
  function list(products) {
    const sorted = [...products].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const table = some => html("div", { class: "scroll" }, html("table", {},
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "from"), ...["number", "weight", "product"].map(name => html("th", { scope: "col", class: "number" }, name)))),
      html("tbody", {}, ...some.map(term => html("tr", {}, html("td", {}, words(term.input.layer, term.input.cell)), html("td", { class: "number" }, text(term.input_value)), html("td", { class: "number" }, number(term)), html("td", { class: "number" }, text(term.value)))))));
    const rest = sorted.slice(mostRows);
    return [table(sorted.slice(0, mostRows)), rest.length ? folded(`${rest.length} more, which come to ${text(rest.reduce((all, term) => all + term.value, 0), 6)}`, () => table(rest)) : ""];
  }

  /** Long tables are made when they are opened. */
  function folded(summary, make) {
    const details = html("details", { ontoggle: () => { if (details.open && details.childElementCount === 1) details.append(make()); } }, html("summary", {}, summary));
    return details;
  }

  // MARK: Weights

  const change = newest(({ weight: name, cell: at, value }) => api.edit(name, at, value));

  function take(term) {
    grip = { weight: term.weight, cell: term.cell, was: term.weight_value };
    weigh();
    weight.querySelector("input")?.focus();
  }

  function weigh() {
    const now = grip && answer.terms.find(term => term.weight === grip.weight && term.cell === grip.cell)?.weight_value;
    if (now === undefined) return weight.replaceChildren();
    // While a handle is dragged it must not be taken away.
    if (weight.dataset.of === `${grip.weight} ${grip.cell}` && weight.childElementCount) {
      for (const input of weight.querySelectorAll("input")) if (input !== document.activeElement) input.value = now;
      return undefined;
    }
    weight.dataset.of = `${grip.weight} ${grip.cell}`;
    const own = grip, reach = Math.max(1, Math.ceil(Math.abs(now) * 2)), name = nameOf(own);
    const send = value => { if (Number.isFinite(value)) change({ weight: own.weight, cell: own.cell, value }); };
    weight.replaceChildren(html("fieldset", {}, html("legend", {}, name), html("div", { class: "bar" },
      html("label", { class: "grow" }, html("input", { type: "range", min: -reach, max: reach, step: "any", value: now, "aria-label": `${name}, drag to change`, oninput: event => send(Number(event.currentTarget.value)) })),
      html("input", { type: "number", step: "any", value: now, "aria-label": `${name} as a number`, onchange: event => send(event.currentTarget.value === "" ? NaN : Number(event.currentTarget.value)) }))));
    return undefined;
  }

  return { element, hold, close, refresh: newest(refresh), isHolding: () => held !== undefined };
}
