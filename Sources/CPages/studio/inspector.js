// Take hold of a number: where it comes from, what it does, and what it becomes by hand.

import { at, attempt, html, text } from "./shapes.js";
import { post } from "./server.js";
import { frame as framed, letter, mark, unframe } from "./network.js";
import { tell } from "./story.js";

let playground, held, row = 0, asking = 0, last, letters = [];
/** The numbers of a row by hand, and what would be right of it; undefined while a row of the data is looked at. */
let own;
/** What the row came to before numbers were changed by hand. */
let shadow, now, player;

/** @param api {id(), frame(), points(), network(), look(), edit(edit)} of the playground that is open. */
export function build(api) {
  playground = api;
  at("close").onclick = () => let_go();
}

export const heldRow = () => (held ? row : undefined);
export const isHolding = () => held !== undefined;

/** The row that is looked at, counted from 0. */
export const heldPlace = () => row;

/** Other data: the row stays if it has a part there. */
export function begin({ parts }) {
  at("of-row")?.remove();
  if ((parts[row] ?? "none") === "none") row = Math.max(0, parts.findIndex(part => part !== "none"));
}

export function follow(place) {
  if (!(place >= 0 && place < playground.points().parts.length)) return;
  row = place;
  own = shadow = undefined;
  attempt(async () => {
    await playground.look();
    if (held) await refresh();
  });
}

export function hold(what) {
  held = what;
  mark(what);
  at("inspector").hidden = false;
  attempt(refresh);
  at("inspector").scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

export function let_go() {
  held = last = own = shadow = undefined;
  player?.pause();
  mark(undefined);
  at("inspector").hidden = true;
}

/** Tells the story again when the network has changed. */
export function moved(step) {
  if (held && step !== last) attempt(refresh, false);
}

function selection() {
  if (held.kind === "weight") return { layer: held.layer.name, weight: held.place.map(one => one + 1) };
  if (held.kind === "unit") return { layer: traced(held.layer), neuron: [...place(), held.unit].map(one => one + 1) };
  return {};
}

/** Heads of an attention stand below its name. */
const traced = ({ kind, name }) => (kind === "attention" ? name.split("/")[0] : name);

/** Batch normalisation works on the pixels of a map one after another. */
function place() {
  const { layer: { kind, shape }, at: where = [] } = held;
  return kind === "batch_norm" && where.length > 1 ? [where[0] * shape[1] + where[1]] : where;
}

const input = () => (own ? { values: own.values, target: own.target } : { row: row + 1 });

async function refresh() {
  at("proof")?.remove();
  const mine = (asking += 1);
  const frame = playground.frame();
  last = frame.step;
  row = Math.min(row, playground.points().parts.length - 1);
  if (held.at && held.layer.shape.length === 2) held.at[0] = Math.min(held.at[0], steps() - 1);
  const story = await post(`/api/playgrounds/${playground.id()}/trace`, { input: input(), selection: selection() });
  if (mine !== asking || !held) return;
  now = { loss: story.loss, new_loss: story.new_loss, step: frame.step };
  letter(story.layers);
  letters = story.layers;
  grips(frame, story);
  player?.pause();
  at("story").replaceChildren(
    html("p", { class: "verdict", "data-last": "" }, `${own ? "A row by hand" : `Row ${row + 1}`}: loss ${text(story.loss, 6)} before the step, ${text(story.new_loss, 6)} after it: ${story.new_loss < story.loss ? "it fell." : "it did not fall."}`),
    ...[shadow && html("p", { class: "shadow-line" }, `Before the change by hand: loss ${text(shadow.loss, 6)}, after the step ${text(shadow.new_loss, 6)}. `, html("button", { onclick: () => attempt(undo), hidden: !shadow.undo }, "As it was"))].filter(Boolean),
    ...story.sections.map(section => {
      const open = html("details", { open: section.kind !== "inputs" || !playground.network().no_plane }, html("summary", {}, section.title));
      // Formulas that the engine wrote, in MathML, escaped there.
      open.append(new DOMParser().parseFromString(`<div>${section.html}</div>`, "text/html").body.firstChild);
      return open;
    }));
  at("story").append(at("story").querySelector(".verdict"));
  player = tell(at("story"), "The story of this cycle");
  await show(mine);
}

/** Lights up what the number of a map is computed from. */
async function show(mine) {
  const { layer, unit, at: where, kind } = held, [, width, count] = layer?.shape ?? [];
  // Layers that only move numbers compute none.
  if (!where || count === undefined || kind !== "unit" || !letters.includes(layer.name)) return unframe();
  const found = await post(`/api/playgrounds/${playground.id()}/window`, { row: row + 1, layer: layer.name, cell: (where[0] * width + where[1]) * count + unit });
  if (mine === asking && held) framed(held, found);
  return undefined;
}

/** Keeps what there was before the first change by hand. */
function keep(undo) { if (!shadow && now) shadow = { ...now, undo }; }

async function undo() {
  const back = shadow.undo;
  shadow = undefined;
  await back();
  await refresh();
}

/** The numbers of the row and what would be right, each with a handle. */
function rowGrips(story) {
  if (story.row) at("of-row")?.remove();
  else if (at("of-row")) return undefined;
  const given = story.row;
  if (!given) return undefined;
  const change = (name, value) => attempt(async () => {
    keep(() => { own = undefined; });
    own ??= { values: { ...given.values }, target: given.target };
    if (name === undefined) own.target = value; else own.values[name] = value;
    await refresh();
  });
  const grip = field => {
    const value = given.values[field.name];
    if (field.kind === "category") return html("label", {}, field.name, html("select", { onchange: event => change(field.name, event.currentTarget.value) }, ...field.categories.map(one => html("option", { selected: one === value }, one))));
    if (field.kind !== "number") return html("label", {}, field.name, html("input", { value: value ?? "", onchange: event => change(field.name, event.currentTarget.value) }));
    const reach = (field.maximum - field.minimum) / 4 || 1;
    const number = html("input", { type: "number", step: "any", value: value ?? "", "aria-label": `${field.name} as a number`, onchange: event => { range.value = event.currentTarget.value; change(field.name, Number(event.currentTarget.value)); } });
    const range = html("input", { type: "range", step: "any", min: field.minimum - reach, max: field.maximum + reach, value: value ?? 0, "aria-label": `${field.name}, drag to change`, oninput: throttled(event => { number.value = Number(Number(event.currentTarget.value).toPrecision(6)); change(field.name, Number(event.currentTarget.value)); }) });
    return html("label", { class: "grow" }, field.name, range, number);
  };
  const { labels, target } = playground.points();
  const right = labels.length
    ? html("select", { onchange: event => change(undefined, event.currentTarget.value) }, ...labels.map(one => html("option", { selected: one === given.target }, one)))
    : html("input", { type: "number", step: "any", value: given.target, onchange: event => change(undefined, event.currentTarget.value) });
  return html("div", { id: "of-row", class: "bar" }, ...given.fields.map(grip), html("label", {}, `${target} would be`, right));
}

/** The numbers of what is held, each with a handle. */
function grips(frame, story) {
  const list = [html("strong", {}, held.name)];
  const add = (name, parameter, index, shape) => {
    const value = frame.parameters[parameter][index];
    const reach = Math.max(2, Math.ceil(Math.abs(value) * 2));
    const place = shape;
    const send = event => attempt(async () => {
      keep(() => playground.edit({ weight: parameter, place, value }));
      await playground.edit({ weight: parameter, place, value: Number(event.currentTarget.value) });
      await refresh();
    });
    list.push(html("label", { class: "grow" }, name,
      html("input", { type: "range", min: -reach, max: reach, step: "any", value, oninput: throttled(send), "aria-label": `${name}, drag to change` }),
      html("input", { type: "number", step: "any", value, onchange: event => send({ currentTarget: { value: event.currentTarget.value } }), "aria-label": `${name} as a number`, id: `grip-${list.length}` })));
  };
  if (held.kind === "weight") add("weight", held.parameter, held.index, held.place);
  if (held.at) list.push(...places());
  if (held.kind === "unit" && biasOf()) add("bias", biasOf(), held.unit, [held.unit]);
  if (held.kind === "weight" || held.kind === "unit" && held.layer.parameters.some(one => one.is_learned)) list.push(html("button", { onclick: () => attempt(prove), title: "The finite difference beside the gradient" }, "Prove it"));
  list.push(html("label", {}, "Row ", html("input", { type: "number", min: 1, max: playground.points().parts.length, value: row + 1, onchange: event => follow(Number(event.currentTarget.value) - 1) })));
  const rate = html("input", { type: "number", min: 0, step: "any", value: frame.learning_rate, "aria-label": "Learning rate from this step on", onchange: event => attempt(async () => {
    keep(() => playground.edit({ setting: "learning_rate", value: frame.learning_rate }));
    await playground.edit({ setting: "learning_rate", value: Number(event.currentTarget.value) });
    await refresh();
  }) });
  list.push(html("label", {}, "Learning rate ", rate));
  // While a handle is dragged it must not be taken away.
  if (document.activeElement?.type === "range" && at("inspector").contains(document.activeElement)) return;
  const kernel = held.kind === "unit" && kernelOf();
  at("held").replaceChildren(...list, kernel ? kernelGrips(kernel, frame) : "");
  const ofRow = rowGrips(story);
  if (ofRow) at("row-grips").replaceChildren(ofRow);
}

/** How many steps the row has before padding begins. */
const steps = () => Math.min(held.layer.shape[0], playground.frame().example?.steps ?? Infinity);

/** Where in its map, or at which step, the number stands: by arrow keys the window moves. */
function places() {
  const { shape } = held.layer, names = shape.length === 3 ? ["Row of the map", "Column"] : ["Step"];
  return names.map((name, axis) => html("label", {}, name, html("input", { type: "number", min: 1, max: shape.length === 2 ? steps() : shape[axis], value: held.at[axis] + 1, onchange: event => {
    held.at[axis] = Math.max(0, Math.min(shape[axis] - 1, Number(event.currentTarget.value) - 1));
    attempt(refresh);
  } })));
}

/** The weights of a window, of which each channel before has some. */
const kernelOf = () => held.layer.parameters.find(one => one.is_learned && one.shape.length === 4 && one.shape[3] === held.layer.shape[2]);
/** The number that is added to the unit. */
const biasOf = () => held.bias ?? (kernelOf() && held.layer.parameters.find(one => one.name.endsWith("/bias") && one.shape.length === 1)?.name);

function kernelGrips({ name, shape: [height, width, channels, units] }, frame) {
  const numbers = frame.parameters[name], shown = Math.min(channels, 4);
  const grid = channel => {
    const box = html("div", { class: "kernel-grips", role: "group", "aria-label": `${name}, channel ${channel + 1}` });
    box.style.gridTemplateColumns = `repeat(${width}, minmax(0, 5.5rem))`;
    for (let row = 0; row < height; row += 1) for (let column = 0; column < width; column += 1) {
      const place = [row, column, channel, held.unit], value = numbers[((row * width + column) * channels + channel) * units + held.unit];
      box.append(html("input", { type: "number", step: "any", value: Number(value.toPrecision(6)), "aria-label": `weight of row ${row + 1}, column ${column + 1}, channel ${channel + 1}`, onchange: event => attempt(async () => {
        keep(() => playground.edit({ weight: name, place, value }));
        await playground.edit({ weight: name, place, value: Number(event.currentTarget.value) });
        await refresh();
      }) }));
    }
    return box;
  };
  return html("details", { class: "kernel-of" }, html("summary", {}, `Weights of its window${channels > shown ? `, ${channels - shown} more channels are not shown` : ""}`), ...Array.from({ length: shown }, (_, channel) => grid(channel)));
}

function throttled(work) {
  let waiting = false, latest;
  return event => {
    latest = { currentTarget: { value: event.currentTarget.value } };
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; work(latest); });
  };
}

/** Beside the gradient what the loss does when the number is moved a little. */
async function prove() {
  // Where a unit has no bias of its own, some weights of its layer are proved.
  const [weight, place] = held.kind === "weight" ? [held.parameter, held.place] : biasOf() ? [biasOf(), [held.unit]] : [held.layer.parameters.find(one => one.is_learned).name];
  const { text: words } = await post(`/api/playgrounds/${playground.id()}/proof`, { input: input(), weight, place });
  at("proof")?.remove();
  at("row-grips").after(html("pre", { id: "proof" }, words));
}
