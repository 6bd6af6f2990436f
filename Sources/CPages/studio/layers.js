// The layers of a network one by one, with every setting they have.

import { at, html } from "./shapes.js";
import { ask } from "./server.js";
import { field, typed, value } from "./fields.js";

let known;

/**
 * @param list the layers as the setting `network` gives them.
 * @param change is told another list.
 */
export async function show(list, change) {
  known ??= await ask("/api/layers");
  const put = edit => { const next = structuredClone(list); edit(next); change(next); };
  at("layers").replaceChildren(
    ...list.map((layer, place) => row(layer, place, list.length, put)),
    html("label", {}, "Add ", html("select", { "aria-label": "Add a layer of this kind before the last", onchange: event => { const kind = event.currentTarget.value; if (kind) put(next => next.splice(next.length - 1, 0, begun(kind))); } },
      html("option", { value: "" }, "a layer…"), ...known.layers.map(({ layer }) => html("option", {}, layer)))));
}

/** A layer of a kind with what it cannot do without. */
function begun(kind) {
  const usual = { "whole number": 4, number: 0.5, activation: "tanh", "list of layers": [{ layer: "dense", units: 4, activation: "tanh" }] };
  const layer = { layer: kind };
  for (const setting of known.layers.find(one => one.layer === kind).settings) if (setting.required) layer[setting.name] = usual[setting.type] ?? 1;
  return layer;
}

function row(layer, place, count, put) {
  const kind = known.layers.find(one => one.layer === layer.layer), name = `layer ${place + 1}, ${layer.layer}`;
  const fields = (kind?.settings ?? []).filter(setting => setting.name !== "name").map(setting => {
    const choices = setting.type === "activation" ? known.activations : setting.type === "initializer" ? known.initializers : setting.type === "true or false" ? ["true", "false"] : undefined;
    const take = event => { const wanted = value(event.currentTarget.value); put(next => { if (wanted === undefined) delete next[place][setting.name]; else next[place][setting.name] = wanted; }); };
    const usual = typed(setting.default) || (setting.default_from ? `as ${setting.default_from}` : "none");
    return field({ name: setting.name, usual, choices, values: setting.type }, typed(layer[setting.name]), { onchange: take, "aria-label": `${setting.name} of ${name}` }, true);
  });
  const button = (sign, words, isOff, edit) => html("button", { title: words, "aria-label": `${words}: ${name}`, disabled: isOff, onclick: () => put(edit) }, sign);
  return html("details", { class: "layer" }, html("summary", {}, `${place + 1} ${layer.layer}${layer.units ? ` ${layer.units}` : ""}${typeof layer.activation === "string" ? ` ${layer.activation}` : ""}`),
    html("div", { class: "fields" }, ...fields),
    html("div", { class: "bar small" },
      button("↑", "Earlier", place === 0, next => next.splice(place - 1, 0, ...next.splice(place, 1))),
      button("↓", "Later", place === count - 1, next => next.splice(place + 1, 0, ...next.splice(place, 1))),
      button("↷", "Lead a way past it (residual)", layer.layer === "residual" || place === count - 1, next => { next[place] = { layer: "residual", layers: [next[place]] }; }),
      button("✕", "Take away", count === 1, next => next.splice(place, 1))));
}
