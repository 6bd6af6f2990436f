// Labels that are likely wrong, the most doubtful first: kept or corrected by a key.

import { address } from "./data.js";
import { at, attempt, fill, grouped, html, say, text, typeset } from "./shapes.js";
import { ask, follow, post } from "./server.js";
import { drawn, open } from "./labelling.js";

let id, state, list = [], place = 0, parts, listening, seen, working = false;
const rule = "Five networks learn, each from four fifths of the labelled items, and each is asked about the fifth that it never saw. A label is doubted when another class gets at least the probability that this class gets on average on the items that bear its name, and leads. The first are those where it leads by most.";

async function load() {
  list = await ask(`/api/labellings/${id}/doubts?from=0&count=200`);
  const first = list.findIndex(one => !one.decided);
  place = first < 0 ? 0 : first;
  await show();
}

async function show() {
  const old = parts.item.querySelector("img")?.src;
  if (old) URL.revokeObjectURL(old);
  const one = list[place];
  if (!one) { fill(parts.item, html("p", {}, state?.check.found === 0 ? "No label is doubted." : "")); return; }
  fill(parts.item, 
    html("p", { class: "legend" }, `${place + 1} of ${grouped(state.check.found)}: ${one.item.name}`), await drawn(id, one.item),
    html("p", { class: "verdict" }, `The label is ${one.given} (${text(100 * one.given_probability, 3)} %); the networks that never saw it say ${one.suggested} (${text(100 * one.suggested_probability, 3)} %).`),
    html("div", { class: "bar" },
      html("button", { onclick: () => decide(one.given), "aria-keyshortcuts": "k" }, html("kbd", {}, "k"), `Keep ${one.given}`),
      html("button", { class: "strong", onclick: () => decide(one.suggested), "aria-keyshortcuts": "c" }, html("kbd", {}, "c"), `Correct to ${one.suggested}`),
      html("label", {}, "or to ", html("select", { onchange: event => event.target.value && decide(event.target.value) }, html("option", { value: "" }, "…"), ...state.classes.map(({ name }) => html("option", {}, name)))),
      html("button", { onclick: () => move(-1), "aria-keyshortcuts": "ArrowLeft" }, "Back"), html("button", { onclick: () => move(1), "aria-keyshortcuts": "ArrowRight" }, "Next")),
    one.decided && html("p", { class: "legend" }, `Decided: ${one.decided}.`));
}

async function move(by) {
  place = Math.max(0, Math.min(list.length - 1, place + by));
  await attempt(show);
}

async function decide(label) {
  if (working) return;
  working = true;
  try {
    await attempt(async () => {
      const one = list[place];
      state = (await post(`/api/labellings/${id}`, { do: "settle", item: one.item.id, label, show: one.item.id, by: localStorage.getItem("glassbox-name") ?? "" })).state;
      one.decided = label;
      draw();
      if (place < list.length - 1) place += 1;
      await show();
    });
  } finally { working = false; }
}

function draw() {
  const { check } = state;
  parts.start.textContent = check.is_running ? "Give it up" : check.found === null || check.found === undefined ? "Look for them" : "Look again";
  fill(parts.standing, ...(check.is_running ? [check.fold ? `Network ${check.fold} of ${check.folds}, epoch ${check.epoch}` : "Reading…"]
    : check.problem ? typeset(check.problem)
    : check.rows ? [html("b", {}, grouped(check.found)), ` of ${grouped(check.rows)} labels are doubted, ${grouped(check.open)} nobody has looked at since. The networks found ${text(100 * check.agreement, 4)} % of the labels.`] : [`${grouped(state.labelled)} items have a label.`]));
  fill(parts.files, "Corrections go to ", html("code", {}, state.labels_file), "; the data themselves stay as they are. To learn from the corrected labels: ", html("code", {}, `glassbox train ${state.words[0]} --target ${state.words[1]}`));
  fill(parts.notes, ...check.notes.map(note => html("li", {}, ...typeset(note))));
}

function keys(event) {
  if (at("data").hidden || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || !list[place]) return;
  const work = { k: () => decide(list[place].given), c: () => decide(list[place].suggested), ArrowLeft: () => move(-1), ArrowRight: () => move(1) }[event.key];
  if (!work) return;
  event.preventDefault();
  work();
}

export async function enter(within, asked) {
  leave();
  [list, place, seen] = [[], 0, undefined];
  const column = html("input", { name: "column", value: asked.column ?? asked.target ?? "label", size: 12 });
  parts = { start: html("button", { class: "strong", onclick: () => attempt(async () => { state = await post(`/api/labellings/${id}/check`, { do: state.check.is_running ? "stop" : "start" }); draw(); }) }), standing: html("p", { class: "standing", role: "status" }), item: html("div", { class: "item card" }), files: html("p", { class: "legend" }), notes: html("ul", { class: "notes" }) };
  fill(within, html("p", {}, rule),
    html("form", { class: "bar", onsubmit: event => { event.preventDefault(); location.hash = address({ path: asked.path, view: "doubts", column: column.value.trim() }); } }, parts.start, html("label", {}, "Column of labels ", column), html("button", {}, "Open so")),
    parts.standing, parts.item, parts.files, parts.notes);
  parts.start.type = "button";
  id = await open(asked);
  document.addEventListener("keydown", keys);
  listening = new AbortController();
  follow(`/api/labellings/${id}/states`, listening.signal, now => {
    state = now;
    draw();
    const key = now.check.is_running ? undefined : now.check.rows && `${now.check.rows} ${now.check.found} ${now.check.agreement}`;
    if (key !== seen) { seen = key; if (key) attempt(load); else fill(parts.item); }
  }).catch(say);
}

export function leave() {
  listening?.abort();
  document.removeEventListener("keydown", keys);
}
