// What is in a model file: its layers, its drawing, where it comes from, its tensors. Any file that is dropped opens.

import { grouped, html, typeset } from "./shapes.js";
import { drawing } from "./runs-answers.js";

const shape = extents => (extents.length ? extents.map(grouped).join(" × ") : "one number");
const table = (names, rows) => html("div", { class: "scroll" }, html("table", {}, html("thead", {}, html("tr", {}, ...names.map(([name, kind]) => html("th", { scope: "col", class: kind }, name)))), html("tbody", {}, ...rows)));

/** Parts of a page about what a file holds. */
export function parts({ preprocessing, origin, layers, drawings, tensors, tensor_count: count, strings, notes = [] }) {
  const hasTypes = tensors.some(one => one.type);
  return [
    notes.length > 0 && html("ul", { class: "notes" }, ...notes.map(note => html("li", {}, ...typeset(note)))),
    origin && html("pre", { tabindex: 0, "aria-label": "Where it comes from" }, origin),
    layers.length > 0 && table([["layer"], ["kind"], ["gives"], ["weights", "number"], ["settings"]], layers.map(layer => html("tr", {}, html("th", { scope: "row" }, layer.name ?? "–"), html("td", {}, layer.kind), html("td", {}, shape(layer.output)), html("td", { class: "number" }, grouped(layer.parameters)), html("td", {}, layer.detail)))),
    drawings.length > 0 && html("div", { class: "charts" }, ...drawings.map(one => drawing(one))),
    preprocessing && html("details", {}, html("summary", {}, "What is done with the inputs"), html("pre", { tabindex: 0, "aria-label": "What is done with the inputs" }, preprocessing)),
    html("details", { open: layers.length === 0 }, html("summary", {}, `Tensors: ${count > tensors.length ? `the first ${grouped(tensors.length)} of ${grouped(count)}` : grouped(count)}`),
      table([["tensor"], ["shape"], ...(hasTypes ? [["numbers"]] : [])], tensors.map(one => html("tr", {}, html("th", { scope: "row" }, one.name), html("td", {}, shape(one.shape)), hasTypes && html("td", {}, one.type ?? ""))))),
    Object.keys(strings).length > 0 && html("details", {}, html("summary", {}, "What the file says of itself"), table([["name"], ["text"]], Object.entries(strings).sort().map(([name, text]) => html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, text))))),
  ].filter(Boolean);
}

/** The first line about a file. */
export const headline = words => html("p", { class: "file-line" }, ...typeset(words));

/** The endings of files that open: models and tensors, networks from elsewhere, weights that PyTorch saved. */
export const modelEndings = [".safetensors", ".onnx", ".pth", ".pt", ".bin"];
const isModel = file => modelEndings.some(ending => file?.name.toLowerCase().endsWith(ending));

/** Takes a model file that is dropped anywhere on the page, before a room takes it for a table or a picture. */
export function catchDrops(open) {
  addEventListener("dragover", event => event.preventDefault());
  addEventListener("drop", event => {
    const file = [...event.dataTransfer.files].find(isModel);
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    document.documentElement.classList.remove("dropping");
    open(file);
  }, { capture: true });
}
