// The room Pictures: a picture before a network, what every layer makes of it, and where each number comes from.

import { at, attempt, bytes, html, newest, say, text, typeset } from "./shapes.js";
import { ask, follow, post, send } from "./server.js";
import { sketch, paintLevels } from "./sketch.js";
import { maps } from "./maps.js";
import { cell } from "./cell.js";

const mostAnswers = 20, ofPage = 24;
let list, opened, frame, drawing, layers, inspector, wishes = {}, first = 0, turn = 0, explaining, listening, known;
const parts = {};

function build() {
  if (parts.room) return;
  parts.choice = html("select", { onchange: () => { location.hash = `pictures=${encodeURIComponent(parts.choice.value)}`; } });
  parts.facts = html("span", { class: "range" });
  parts.others = html("details", {});
  parts.none = html("p", { hidden: true });
  parts.sketch = html("div", {});
  parts.title = html("p", { class: "standing", "aria-live": "polite" });
  parts.examples = html("div", { class: "examples" });
  parts.answers = html("div", { class: "answers" });
  parts.notes = html("ul", { class: "notes" });
  parts.verdict = html("p", { class: "verdict" });
  parts.edits = html("div", { class: "bar small", hidden: true });
  parts.explained = html("select", { "aria-label": "Answer that is explained" });
  parts.regions = html("div", { class: "regions", "aria-live": "polite" });
  parts.flow = html("div", {});
  const file = html("input", { type: "file", accept: "image/*", onchange: () => { if (file.files[0]) attempt(() => openFile(file.files[0])); file.value = ""; } });
  parts.room = html("div", { hidden: true },
    html("div", { class: "picture-columns" },
      html("section", { class: "card", "aria-label": "Picture" }, html("h3", {}, "Draw, or drop a picture"), parts.sketch, parts.title,
        html("div", { class: "bar small" }, html("label", { class: "button" }, "A file ", file), html("button", { onclick: () => attempt(() => examples(0)) }, "Pictures of the run"))),
      html("section", { class: "card", "aria-label": "Answer" }, html("h3", {}, "Answer"), parts.verdict, parts.answers, parts.notes),
      html("section", { class: "card", "aria-label": "Deciding regions" }, html("h3", {}, "What decides"), html("div", { class: "bar small" }, html("label", {}, "Answer ", parts.explained), html("button", { onclick: () => attempt(explain) }, "Show")), parts.regions)),
    parts.examples,
    html("section", { class: "card", "aria-label": "Layers" }, html("div", { class: "bar small" }, html("h3", {}, "Layers"), parts.edits), html("p", { class: "legend" }, html("b", { class: "above" }, "above 0"), html("b", { class: "below" }, "below 0"), "Click a pixel or a unit to see where its number comes from."), parts.flow));
  const room = at("pictures-content");
  room.append(html("div", { class: "bar" }, html("label", {}, "Run ", parts.choice), parts.facts), parts.none, parts.room, parts.others);
  room.addEventListener("drop", event => {
    const dropped = event.dataTransfer.files[0];
    event.preventDefault();
    event.stopPropagation();
    document.documentElement.classList.remove("dropping");
    if (dropped && opened) attempt(() => openFile(dropped));
  });
  room.addEventListener("dragover", event => event.preventDefault());
  // Canvases do not follow a change of colours by themselves.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (frame) show(frame); });
}

// MARK: Runs

async function choose(asked) {
  list = await ask("/api/pictures");
  const { runs, others } = list;
  parts.choice.replaceChildren(...runs.map(run => html("option", { value: run.name }, run.name)));
  parts.choice.parentElement.hidden = !runs.length;
  parts.others.hidden = !others.length;
  parts.others.replaceChildren(html("summary", {}, others.length === 1 ? "1 run takes no pictures" : `${others.length} runs take no pictures`), html("ul", { class: "notes" }, ...others.map(other => html("li", {}, `${other.name}: `, ...typeset(other.reason)))));
  parts.none.hidden = runs.length > 0;
  parts.none.replaceChildren(...typeset("No run here looks at pictures yet. `glassbox train FOLDER --network cnn` makes one from a folder that has a folder of pictures for each class."));
  const name = runs.find(run => run.name === asked)?.name ?? runs[0]?.name;
  if (asked && name !== asked) say(others.find(other => other.name === asked) ? `${asked} takes no pictures: ${others.find(other => other.name === asked).reason}` : `There is no run ${asked} here.`);
  if (name && name !== opened?.name) await open(name);
  if (name) parts.choice.value = name;
}

async function open(name) {
  const mine = (turn += 1), old = opened;
  const now = await post("/api/pictures", { run: name });
  if (mine !== turn) return;
  explaining?.abort();
  if (old) ask(`/api/pictures/${old.id}`, { method: "DELETE" }).catch(() => {});
  opened = { ...now, name };
  (wishes = {}), (frame = undefined);
  const { network } = now, run = list.runs.find(one => one.name === name);
  parts.room.hidden = false;
  parts.facts.textContent = [`${network.height} × ${network.width}${network.channels === 3 ? ", colour" : ""}`, `${network.answers.length} answers`, `${network.parameter_count.toLocaleString("en")} parameters`, run?.score && `${run.score.name} ${text(run.score.value, 3)}${run.score.part === "test" ? "" : ` (${run.score.part})`}`].filter(Boolean).join(" · ");
  drawing = sketch(network, draw);
  parts.sketch.replaceChildren(drawing.element, drawing.controls);
  parts.examples.replaceChildren();
  parts.regions.replaceChildren();
  parts.explained.replaceChildren(html("option", { value: "" }, "what is answered"), ...network.answers.map(answer => html("option", {}, answer)));
  inspector?.element.remove();
  inspector = cell({ id: () => opened.id, network: () => opened.network, frame: () => frame, edits: () => frame.edits, edit, place: placeOf, mark: (...place) => layers.mark(...place) });
  layers = maps(network, now.frame, now.kernels, (layer, place) => attempt(() => inspector.hold(layer, place)), layer => attempt(() => more(layer)));
  parts.flow.replaceChildren(layers.element);
  parts.room.append(inspector.element);
  show(now.frame);
}

// MARK: Pictures

const act = async action => take(await post(`/api/pictures/${opened.id}`, action));
const draw = newest(async levels => take(await send(`/api/pictures/${opened.id}/drawing`, levels, "application/octet-stream"), true));

async function openFile(file) {
  take(await send(`/api/pictures/${opened.id}/file?name=${encodeURIComponent(file.name)}`, file, "application/octet-stream"));
}

/** @param isDrawn whether the page has the picture itself. */
function take(now, isDrawn) {
  if (frame && now.turn < frame.turn) return;
  show(now, isDrawn);
  inspector.refresh();
}

function show(now, isDrawn) {
  const isOther = frame && now.turn !== frame.turn;
  frame = now;
  if (!isDrawn) drawing.show(bytes(now.levels));
  parts.title.textContent = now.title ? `${now.title}${now.truth === undefined ? "" : `: ${now.truth}`}` : "";
  answers(now);
  layers.draw(now);
  edits(now);
  if (isOther && parts.regions.childElementCount) parts.regions.classList.add("old");
}

async function more(layer) {
  wishes = { ...wishes, [layer]: Math.min(1024, frame.layers[layer].maps.length + frame.layers[layer].left_out) };
  await act({ do: "look", wishes: { maps: wishes } });
}

async function examples(from) {
  first = from;
  const { part, count, entries } = await ask(`/api/pictures/${opened.id}/examples?from=${from}&count=${ofPage}`);
  const { height, width, channels } = opened.network;
  const tiles = entries.map(entry => {
    const canvas = html("canvas", { "aria-hidden": "true" });
    paintLevels(canvas, bytes(entry.levels), height, width, channels);
    return html("button", { class: "example", "aria-label": `${part} picture ${entry.place + 1}: ${entry.truth}`, onclick: () => attempt(() => act({ do: "example", place: entry.place })) }, canvas, html("span", {}, entry.truth));
  });
  parts.examples.replaceChildren(html("section", { class: "card", "aria-label": "Pictures of the run" },
    html("div", { class: "bar small" }, html("h3", {}, `Pictures ${from + 1} to ${from + entries.length} of the ${count} of the ${part} part`),
      html("button", { disabled: from === 0, onclick: () => attempt(() => examples(Math.max(0, first - ofPage))) }, "Before"),
      html("button", { disabled: from + entries.length >= count, onclick: () => attempt(() => examples(first + ofPage)) }, "Next"),
      html("button", { onclick: () => parts.examples.replaceChildren() }, "Close")),
    html("div", { class: "sheet" }, ...tiles)));
}

// MARK: Answers

function answers({ prediction, probabilities, truth }) {
  const place = opened.network.layers.findIndex(layer => layer.kind === "answer"), layer = place < 0 ? opened.network.layers.length - 1 : place;
  const names = opened.network.answers;
  const answered = prediction.label ?? prediction.labels?.join(", ") ?? prediction.value ?? Object.entries(prediction.values ?? {}).map(([name, value]) => `${name} ${text(value)}`).join(", ");
  parts.verdict.textContent = `${typeof answered === "number" ? text(answered, 6) : answered || "no label"}${truth === undefined ? "" : String(answered) === truth ? ", which is right" : `; true is ${truth}`}`;
  const shares = probabilities ?? [], isOne = opened.network.layers[layer].shape[0] === 1;
  const shown = shares.map((share, at) => ({ share, at })).sort((a, b) => b.share - a.share).slice(0, mostAnswers).sort((a, b) => (shares.length > mostAnswers ? 0 : a.at - b.at));
  // Rows stay while they are pointed at.
  if (parts.answers.dataset.of !== `${opened.id} ${shown.map(one => one.at)}`) {
    parts.answers.dataset.of = `${opened.id} ${shown.map(one => one.at)}`;
    parts.answers.replaceChildren(...shown.map(({ at: own }) => html("div", { class: "norm" }, html("button", { class: "name", title: "Where it comes from", onclick: () => attempt(() => inspector.hold(layer, isOne ? 0 : own)) }, names[own]), html("meter", { min: 0, max: 1, "aria-label": names[own] }), html("output", {}))),
      shares.length > shown.length ? html("p", { class: "range" }, `${shares.length - shown.length} less likely ones are not shown.`) : "");
  }
  shown.forEach(({ share }, row) => {
    const [, meter, number] = parts.answers.children[row].children;
    meter.value = share;
    number.textContent = text(share, 3);
  });
  parts.notes.replaceChildren(...(prediction.notes ?? []).map(note => html("li", {}, ...typeset(note))));
}

async function explain() {
  const answer = parts.explained.value, id = opened.id;
  explaining?.abort();
  const own = explaining = new AbortController();
  const bar = html("progress", { "aria-label": "How much of the explanation is done" }), said = html("span", {}, "The network is asked with and without each region …");
  parts.regions.classList.remove("old");
  parts.regions.replaceChildren(html("div", { class: "bar small" }, bar, html("button", { onclick: () => own.abort() }, "Stop")), html("p", { class: "range", "aria-live": "off" }, said));
  let found;
  try {
    await follow(`/api/pictures/${id}/explanation${answer ? `?answer=${encodeURIComponent(answer)}` : ""}`, own.signal, line => {
      if (line.explanation) found = line;
      else if (line.of) {
        (bar.max = line.of), (bar.value = line.done);
        said.textContent = `The network is asked with and without each region: ${Math.floor((100 * line.done) / line.of)} %`;
      }
    });
  } finally {
    if (own === explaining) parts.regions.replaceChildren();
  }
  if (id !== opened.id || own !== explaining || own.signal.aborted) return;
  if (!found) throw new Error("The explanation came to no end: show it again.");
  const { explanation, map, side } = found, error = explanation.region_error;
  parts.regions.replaceChildren(
    map ? html("img", { src: map, alt: `The picture under the regions that decide ${explanation.explained}` }) : html("p", {}, "No region differs from what is usual in training."),
    html("p", { class: "legend" }, html("b", { class: "above" }, "orange"), `speaks for ${explanation.explained}, `, html("b", { class: "below" }, "blue"), "against it."),
    html("p", { class: "range" }, `With all regions ${text(explanation.answer, 4)}, with none ${text(explanation.baseline_answer, 4)}: the regions, ${side === 1 ? "a pixel each" : `${side} × ${side} pixels each`}, share the difference (Shapley values; the network was asked ${explanation.evaluations} times${error ? `; standard error at most ${text(error, 2)}` : ""}).`));
}

// MARK: Weights

/** The place of a weight along each axis of its tensor, counted from 0. */
function placeOf(name, cell) {
  const { shape } = opened.network.layers.flatMap(layer => layer.parameters).find(parameter => parameter.name === name);
  return shape.map((extent, axis) => Math.floor(cell / shape.slice(axis + 1).reduce((all, one) => all * one, 1)) % extent);
}

async function edit(weight, place, value) {
  await act({ do: "edit", weight, cell: place, value });
  layers.redrawKernels(await ask(`/api/pictures/${opened.id}/kernels`));
}

async function restore() {
  await act({ do: "restore" });
  layers.redrawKernels(await ask(`/api/pictures/${opened.id}/kernels`));
}

function edits({ edits: changed }) {
  parts.edits.hidden = !changed.length;
  if (!changed.length) return;
  const words = changed.length === 1 ? `${changed[0].weight} ${placeOf(changed[0].weight, changed[0].cell).map(one => one + 1).join(", ")}: ${text(changed[0].value)} instead of ${text(changed[0].was)}.` : `${changed.length} weights are changed.`;
  parts.edits.replaceChildren(html("span", {}, `${words} The run's file stays as it is.`), html("button", { onclick: () => attempt(restore) }, "As it was"));
}

export function enter(asked, isNew) {
  build();
  const first = attempt(() => choose(asked ? decodeURIComponent(asked) : opened?.name));
  if (!isNew) return;
  listening = new AbortController();
  known = undefined;
  // Runs that come to their end while the room is open appear by themselves.
  follow("/api/runs", listening.signal, async ({ runs }) => {
    const now = runs.map(run => `${run.name} ${run.state}`).join("\n"), isOther = known !== undefined && now !== known;
    known = now;
    await first;
    if (isOther) attempt(() => choose(opened?.name));
  }).catch(say);
}

export function leave() { listening?.abort(); }
