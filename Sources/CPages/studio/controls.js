// What a playground is made of: its data and the settings of its run.

import { at, attempt, html, say, typeset } from "./shapes.js";
import { ask } from "./server.js";
import { dropNetwork } from "./growing.js";
import { chosen, gathered, kept } from "./files.js";
import { field, typed, value } from "./fields.js";

export const planes = { circles: "circles", exclusive_or: "exclusive or", gaussians: "Gaussians", spirals: "spirals", moons: "moons", slope: "slope", hills: "hills" };

/** Data that are no plane, made by the seed. */
const made = { strokes: "pictures of strokes", waves: "series of waves" };

export const usual = () => ({
  data: { plane: "circles", noise: 0.1, count: 300 },
  run: { hidden: [4, 3], activation: "tanh", optimizer: "sgd", learning_rate: 0.1, batch: 10, validation: 0.3, test: 0, seed: 1 },
});

const mostFile = 4 << 20;
/** Settings of data that are steps or pictures. */
const ofSteps = ["sequence", "forecast", "history", "horizon"], ofPictures = ["image_size", "channels", "augment"];
const first = [...ofSteps, ...ofPictures, "activation", "optimizer", "learning_rate", "batch", "schedule", "dropout", "l1", "l2", "weight_decay", "loss", "validation", "scaling"];
const elsewhere = new Set(["hidden", "seed", "network", "data", "target", "task", "test", "threads", "kernels", "from", "from_sha256", "freeze", "head", "unfreeze", "epochs", "patience", "metrics", "train_scores", "coverage"]);
/** The class of the points that a click draws; with `none` it follows the row that is there. */
let brush = "none";

/**
 * @param present gives the settings as they are.
 * @param change makes a new playground of other settings.
 * @param edit changes a setting at the present step.
 */
export async function build(present, change, edit) {
  at("planes").replaceChildren(...Object.entries(planes).map(([plane, title]) => html("button", { role: "radio", "data-plane": plane, onclick: () => {
    const { data } = present();
    change(settings => { const next = { plane, noise: data.noise ?? 0.1, count: data.count ?? 300 }; if (data.made || data.path) begin(settings, next); else settings.data = next; });
  } }, title)), ...Object.entries(made).map(([name, title]) => html("button", { role: "radio", "data-plane": name, onclick: () => change(settings => {
    begin(settings, { made: name, noise: settings.data.noise ?? 0.1, count: settings.data.count ?? 300 });
    Object.assign(settings.run, { optimizer: "adam", learning_rate: 0.01 });
  }) }, title)));
  at("path").addEventListener("focus", () => attempt(async () => at("paths").replaceChildren(...(await ask("/api/data")).data.map(({ path }) => html("option", { value: path })))), { once: true });
  on("path", "change", input => { if (input.value.trim()) change(settings => begin(settings, { path: input.value.trim(), target: at("path-target").value.trim() || undefined })); });
  on("path-target", "change", input => { if (at("path").value.trim()) change(settings => begin(settings, { path: at("path").value.trim(), target: input.value.trim() || undefined })); });
  on("noise", "change", input => change(settings => { settings.data.noise = Number(input.value); }));
  on("noise", "input", input => { at("noise-value").textContent = input.value; });
  on("count", "change", input => change(settings => { settings.data.count = Number(input.value); }));
  on("seed", "change", input => change(settings => { settings.run.seed = Number(input.value); }));
  at("clear").onclick = () => change(settings => { settings.data = { points: [[-3, -3, "blue"], [-2, -3, "blue"], [-3, -2, "blue"], [3, 3, "orange"], [2, 3, "orange"], [3, 2, "orange"], [-2, -2, "blue"], [2, 2, "orange"], [-1, -3, "blue"], [1, 3, "orange"]], kind: "classes" }; });
  at("brushes").replaceChildren(...["blue", "orange", "none"].map(name => html("button", { role: "radio", "aria-checked": String(name === brush), onclick: event => {
    brush = name;
    for (const one of at("brushes").children) one.setAttribute("aria-checked", String(one === event.currentTarget));
  } }, name === "none" ? "follow" : name)));
  at("csv").onchange = () => attempt(() => files(chosen(at("csv")), change));
  at("folder").onchange = () => attempt(() => files(chosen(at("folder")), change));
  addEventListener("dragover", event => { event.preventDefault(); document.documentElement.classList.add("dropping"); });
  addEventListener("dragleave", () => document.documentElement.classList.remove("dropping"));
  addEventListener("drop", event => {
    event.preventDefault();
    document.documentElement.classList.remove("dropping");
    if (event.dataTransfer.files.length) attempt(async () => files(await gathered(event.dataTransfer), change));
  });
  for (const [id, key] of [["target", "target"], ["across", 0], ["up", 1]]) {
    on(id, "change", input => change(settings => {
      if (key === "target") { settings.data.target = input.value; delete settings.data.columns; }
      else { settings.data.columns = [at("across").value, at("up").value]; }
    }));
  }
  await fields(present, change, edit);
}

/** Other data want another network, and other columns. */
function begin(settings, data) {
  for (const name of [...ofSteps, ...ofPictures]) delete settings.run[name];
  dropNetwork(settings).data = data;
}

function on(id, event, listen) { at(id).addEventListener(event, () => listen(at(id))); }

/** One file is a table that the page sends along; others are kept beside the runs and named by their path. */
async function files(given, change) {
  if (given.length === 1) return file(given[0].file, change);
  const { data, left } = await kept(given, words => { at("kept").textContent = words; });
  at("kept").textContent = left;
  return change(settings => begin(settings, data));
}

async function file(given, change) {
  if (!given) return;
  if (given.size > mostFile) throw new Error(`${given.name}: at most 4 MiB are sent along; give a larger file by its path.`);
  const csv = await given.text();
  const names = columns(csv);
  if (names.length < 2) throw new Error(`${given.name}: expected a table with a line of names, found ${names.length} column.`);
  await change(settings => {
    begin(settings, { csv, name: given.name, target: names.at(-1) });
    delete settings.run.test;
  });
}

/** The names in a table's first line, to choose among; how the file is read the engine decides. */
function columns(csv) {
  const line = csv.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0];
  const sign = [",", ";", "\t", "|"].map(one => [line.split(one).length, one]).sort((a, b) => b[0] - a[0])[0][1];
  return line.split(sign).map(name => name.replace(/^"|"$/g, ""));
}

async function fields(present, change, edit) {
  const settings = (await ask("/api/settings")).filter(one => (one.group !== "data" || first.includes(one.name)) && !elsewhere.has(one.name));
  settings.sort((a, b) => (first.indexOf(a.name) + 100) % 100 - (first.indexOf(b.name) + 100) % 100);
  at("fields").replaceChildren(...settings.map(setting => {
    const take = event => {
      const wanted = value(event.currentTarget.value);
      if (setting.can_change || setting.name === "l1" || setting.name === "l2") edit(setting.name, wanted);
      else change(all => { if (wanted === undefined) delete all.run[setting.name]; else all.run[setting.name] = wanted; });
    };
    const isOpen = setting.name === "optimizer" || setting.name === "schedule";
    return field({ ...setting, values: `${setting.help} ${setting.values}` }, "", { "data-name": setting.name, onchange: take }, !isOpen);
  }));
}

/** Shows settings as they are. */
export function show({ data, run }, points, notes) {
  for (const button of at("planes").children) button.setAttribute("aria-checked", String(button.dataset.plane === (data.plane ?? data.made)));
  at("noise").value = data.noise ?? 0;
  at("noise-value").textContent = data.noise ?? "";
  at("noise").disabled = at("count").disabled = !data.plane && !data.made;
  at("count").value = data.count ?? points.parts.length;
  at("seed").value = run.seed ?? 1;
  at("drawing").hidden = !data.plane && !data.points;
  at("path").value = data.path ?? "";
  at("path-target").value = data.path ? data.target ?? "" : "";
  at("table").hidden = !data.csv;
  if (data.csv) {
    const names = columns(data.csv);
    for (const [id, chosen] of [["target", data.target], ["across", points.x?.name], ["up", points.y?.name]]) {
      at(id).replaceChildren(...names.map(name => html("option", { selected: name === chosen }, name)));
    }
  }
  for (const id of ["across", "up"]) at(id).parentElement.hidden = !points.x;
  for (const input of at("fields").querySelectorAll("[data-name]")) {
    const { name } = input.dataset;
    input.closest("label").hidden = ofSteps.includes(name) ? !(data.csv || data.path || data.made) : ofPictures.includes(name) && !data.path;
    input.value = typed(run[name]);
  }
  at("notes").replaceChildren(...(notes ?? []).map(note => html("li", {}, ...typeset(note))));
}

/** The class of points that are drawn by hand; undefined if points are not drawn. */
export const drawnClass = () => (brush === "none" ? undefined : brush);

/** Adds a point to those there are. */
export function added(settings, points, x, y, label) {
  if (settings.data.csv) { say("Points are drawn into planes; this is a table."); return; }
  const known = settings.data.points ?? points.xs.map((_, row) => [points.xs[row], points.ys[row], points.labels.length ? points.labels[points.targets[row]] : points.targets[row]]);
  const isNumber = points.labels.length === 0;
  settings.data = { points: [...known, [Number(x.toFixed(3)), Number(y.toFixed(3)), isNumber ? (label === "blue" ? -1 : 1) : label]], kind: isNumber ? "numbers" : "classes" };
}
