// Forms that begin trainings: of new data, like a run that is there, and further ones of a run.

import { attempt, html, typeset } from "./shapes.js";
import { ask, post, send } from "./server.js";
import { field as fieldOf } from "./fields.js";

const first = ["epochs", "hidden", "learning_rate", "optimizer", "batch", "dropout"];
const own = ["data", "target"];
let known;

export const settings = async () => (known ??= await ask("/api/settings"));

/** A field of a setting; what is empty stays as usual. */
export const field = (setting, shown = "", name = setting.name) => fieldOf(setting, shown, { name });

const said = form => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));

/** Fields of all settings: those that matter most, and the others folded. */
export function fields(all, values = {}) {
  const rank = one => (first.indexOf(one.name) + 100) % 100;
  const sorted = [...all].sort((a, b) => rank(a) - rank(b));
  const open = sorted.filter(one => first.includes(one.name)), others = sorted.filter(one => !first.includes(one.name));
  return [html("div", { class: "fields" }, ...open.map(one => field(one, values[one.name]))), others.length && html("details", {}, html("summary", {}, "All other settings"), html("div", { class: "fields" }, ...others.map(one => field(one, values[one.name]))))];
}

/** A form that asks for something to be trained, once at a time. */
export function form(box, words, content, path, body, listen) {
  const notes = html("ul", { class: "notes" });
  const button = html("button", { class: "strong" }, words);
  const made = html("form", { autocomplete: "off", onsubmit: event => {
    event.preventDefault();
    button.disabled = true;
    notes.replaceChildren(html("li", { role: "status" }, "Reading the data …"));
    attempt(async () => {
      const begun = await post(path, body(said(made)));
      notes.replaceChildren(...begun.notes.map(note => html("li", {}, ...typeset(note))));
      listen(begun.name);
    }).finally(() => {
      button.disabled = false;
      if (notes.querySelector("[role]")) notes.replaceChildren();
    });
  } }, ...content.filter(Boolean), html("div", { class: "bar" }, button), notes);
  box.replaceChildren(made);
  made.querySelector("input")?.focus();
}

/** Fields for what is learned: data that are named or dropped, and a column; and all that can be said besides. */
export async function ofData(runs, id) {
  const all = (await settings()).filter(one => !own.includes(one.name));
  const paths = [...new Set(runs.map(run => run.data).filter(Boolean))], targets = [...new Set(runs.map(run => run.target).filter(Boolean))];
  const data = html("input", { name: "data", required: true, list: `${id}-data`, placeholder: "students.csv", autocomplete: "off" });
  const target = html("input", { name: "target", list: `${id}-targets`, required: true, placeholder: "a column", autocomplete: "off" });
  const columns = html("datalist", { id: `${id}-targets` }, ...targets.map(name => html("option", {}, name)));
  const file = html("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", onchange: () => attempt(async () => {
    const given = file.files[0];
    if (!given) return;
    const kept = await send(`/api/data?name=${encodeURIComponent(given.name)}`, given);
    data.value = kept.path;
    columns.replaceChildren(...kept.columns.map(name => html("option", {}, name)));
    if (!kept.columns.includes(target.value)) target.value = kept.columns.at(-1) ?? "";
  }) });
  const named = what => html("label", {}, "name", html("input", { name: "name", placeholder: "the data's", autocomplete: "off" }), html("small", {}, `What the ${what} is called.`));
  const content = what => [
    html("div", { class: "fields" },
      html("label", {}, "data", data, html("datalist", { id: `${id}-data` }, ...paths.map(path => html("option", {}, path))), html("small", {}, "A CSV file or a folder with a folder of images for each class, as seen from where the studio was started.")),
      html("label", {}, "target", target, columns, html("small", {}, "The column that is learned.")), named(what)),
    html("label", { class: "button" }, "A CSV file of this machine ", file)];
  return { all, content, data, target };
}

/** Begins a training of data that are named or dropped. */
export async function begin(box, runs, listen) {
  const { all, content } = await ofData(runs, "train");
  form(box, "Train", [html("h3", {}, "New training"), ...content("run"), ...fields(all)], "/api/runs", values => ({ settings: values }), listen);
}

const opened = name => { location.hash = `runs=${encodeURIComponent(name)}`; };

/** Begins a training with the settings of a run, some of them changed. */
export async function similar(box, name, ofRun) {
  const values = Object.fromEntries(ofRun.map(({ name, value }) => [name, value]));
  const all = (await settings()).filter(one => !own.includes(one.name) && one.name !== "split");
  form(box, "Train", [html("h3", {}, `Another like ${name}`), html("p", { class: "legend" }, "It learns from the same rows, and keeps the same ones back; what is changed here is changed."), html("div", { class: "fields" }, html("label", {}, "name", html("input", { name: "name", placeholder: "the data's", autocomplete: "off" }), html("small", {}, "What the run is called."))), ...fields(all, values)],
    "/api/runs", said => ({ from: name, settings: Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== values[name])) }), opened);
}

/** Goes on with a run, with other settings if any are said. */
export async function goOn(box, name, state) {
  const all = (await settings()).filter(one => one.can_change);
  form(box, "Go on", [html("h3", {}, `Go on with ${name}`), html("p", { class: "legend" }, state === "finished" ? "It has come to its end: say how many epochs there shall be in all. What is empty stays as it is." : "From its checkpoint, as if it had never stopped. What is empty stays as it is."), html("div", { class: "fields" }, ...all.map(one => field(one)))],
    `/api/run/resume?name=${encodeURIComponent(name)}`, settings => ({ settings }), () => box.replaceChildren());
}

/** Begins what a remedy says, like a run. */
export const remedied = async (name, settings) => opened((await post("/api/runs", { from: name, settings })).name);
