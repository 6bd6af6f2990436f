// Take hold of a number: where it comes from, what it does, and what it becomes by hand.

import { at, attempt, html, text } from "./shapes.js";
import { post } from "./server.js";
import { mark } from "./network.js";

let playground, held, row = 0, asking = 0, last;

/** @param api {id(), frame(), points(), edit(edit), isOfFork()} of the playground that is open. */
export function build(api) {
  playground = api;
  at("close").onclick = () => let_go();
}

export const heldRow = () => (held ? row : undefined);
export const isHolding = () => held !== undefined;

export function follow(place) {
  row = place;
  if (held) attempt(refresh);
}

export function hold(what) {
  held = what;
  mark(what);
  at("inspector").hidden = false;
  attempt(refresh);
  at("inspector").scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

export function let_go() {
  held = undefined;
  last = undefined;
  mark(undefined);
  at("inspector").hidden = true;
}

/** Tells the story again when the network has changed. */
export function moved(step) {
  if (held && step !== last) attempt(refresh);
}

function selection() {
  if (held.kind === "weight") return { layer: held.layer.name, weight: held.place.map(one => one + 1) };
  if (held.kind === "unit") return { layer: held.layer.name, neuron: [held.unit + 1] };
  return {};
}

async function refresh() {
  const mine = (asking += 1);
  const frame = playground.frame();
  last = frame.step;
  row = Math.min(row, playground.points().xs.length - 1);
  const story = await post(`/api/playgrounds/${playground.id()}/trace`, { input: { row: row + 1 }, selection: selection() });
  if (mine !== asking || !held) return;
  grips(frame, story);
  at("story").replaceChildren(
    html("p", { class: "verdict" }, `Row ${row + 1}: loss ${text(story.loss, 6)} before the step, ${text(story.new_loss, 6)} after it: ${story.new_loss < story.loss ? "it fell." : "it did not fall."}`),
    ...story.sections.map(section => {
      const open = html("details", { open: true }, html("summary", {}, section.title));
      // Formulas that the engine wrote, in MathML, escaped there.
      open.append(new DOMParser().parseFromString(`<div>${section.html}</div>`, "text/html").body.firstChild);
      return open;
    }));
}

/** The numbers of what is held, each with a handle. */
function grips(frame, story) {
  const list = [html("strong", {}, held.name)];
  const add = (name, parameter, index, shape) => {
    const value = frame.parameters[parameter][index];
    const reach = Math.max(2, Math.ceil(Math.abs(value) * 2));
    const place = shape;
    const send = event => attempt(async () => {
      await playground.edit({ weight: parameter, place, value: Number(event.currentTarget.value) });
      await refresh();
    });
    list.push(html("label", { class: "grow" }, name,
      html("input", { type: "range", min: -reach, max: reach, step: "any", value, oninput: throttled(send), "aria-label": `${name}, drag to change` }),
      html("input", { type: "number", step: "any", value, onchange: event => send({ currentTarget: { value: event.currentTarget.value } }), "aria-label": `${name} as a number`, id: `grip-${list.length}` })));
  };
  if (held.kind === "weight") add("weight", held.parameter, held.index, held.place);
  if (held.kind === "unit" && held.bias) add("bias", held.bias, held.unit, [held.unit]);
  if (held.kind !== "input") list.push(html("button", { onclick: () => attempt(prove), title: "The finite difference beside the gradient" }, "Prove it"));
  list.push(html("label", {}, "Row ", html("input", { type: "number", min: 1, max: playground.points().xs.length, value: row + 1, onchange: event => follow(Number(event.currentTarget.value) - 1) })));
  // While a handle is dragged it must not be taken away.
  if (document.activeElement?.type === "range" && at("held").contains(document.activeElement)) return;
  at("held").replaceChildren(...list);
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
  const [weight, place] = held.kind === "weight" ? [held.parameter, held.place] : [held.bias, [held.unit]];
  const { text: words } = await post(`/api/playgrounds/${playground.id()}/proof`, { input: { row: row + 1 }, weight, place });
  at("proof")?.remove();
  at("story").prepend(html("pre", { id: "proof" }, words));
}
