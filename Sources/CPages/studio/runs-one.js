// One run: how it learns, what it came to, and what can be done with it.

import { at, attempt, grouped, html, typeset } from "./shapes.js";
import { ask, post } from "./server.js";
import { chart } from "./curves.js";
import { answers, forget } from "./runs-answers.js";
import { diagnosis } from "./runs-diagnosis.js";
import { keeping, remove } from "./runs-keeping.js";
import { goOn, similar } from "./runs-train.js";

let name, parts, summary, last = {}, isAsking = false, isOld = false, done;

export const query = path => `${path}?name=${encodeURIComponent(name)}`;

/** Shows a run. */
export async function open(asked) {
  name = asked;
  const part = () => html("div", {});
  parts = { sentence: html("p", {}), problem: html("p", { class: "problem", hidden: true }), actions: html("div", { class: "bar" }), form: part(), keeping: part(), curves: html("div", { class: "charts" }), answers: part(), diagnosis: part(), settings: part(), report: part() };
  [last, done] = [{}, undefined];
  at("run-title").textContent = name;
  at("run-content").replaceChildren(...Object.values(parts));
  await look();
  at("run").hidden = false;
}

export function leave() { [name, parts, summary] = [undefined, undefined, undefined]; }

/** Is told how the run stands in the list. */
export function follow(run) {
  const isNews = JSON.stringify(run) !== JSON.stringify(summary), isOther = run?.state !== summary?.state;
  summary = run;
  if (!isNews || !parts) return;
  // A training that has gone on answers otherwise.
  if (isOther) { done = undefined; forget(parts.answers); }
  act();
  if (run && !at("run").hidden) attempt(look);
}

/** Looks what is new; while it looks, the next look waits. */
async function look() {
  if (isAsking) { isOld = true; return; }
  isAsking = true;
  const mine = name;
  try {
    const found = await ask(query("/api/run"));
    if (mine === name) draw(found);
  } finally { isAsking = false; }
  if (isOld) { isOld = false; if (name) await look(); }
}

function draw({ description, epochs, epoch_count: count, epoch_stride: stride, has_page: hasPage }) {
  last = { description, hasPage };
  parts.sentence.textContent = description.sentence ?? `${description.run.state}: ${grouped(count)} epochs so far.`;
  keeping(parts.keeping, name, description.run, now => { location.hash = `runs=${encodeURIComponent(now)}`; });
  drawCurves(epochs, stride);
  parts.settings.replaceChildren(html("h3", {}, "Settings that are not as usual"), html("div", { class: "scroll" }, html("table", {}, html("tbody", {}, ...description.settings.map(setting => html("tr", {}, html("th", { scope: "row" }, setting.name), html("td", { title: setting.value.slice(0, 2000) }, setting.value.length > 120 ? `${setting.value.slice(0, 119)}…` : setting.value)))))), html("ul", { class: "notes" }, ...description.notes.map(note => html("li", {}, ...typeset(note)))));
  act();
  const scored = description.test ?? description.validation;
  // Answers change only when a report is written; two of them may be written in one second.
  const key = scored ? JSON.stringify([description.run.time, hasPage, description.sentence, description.test, description.validation]) : "none";
  if (key !== done) { done = key; attempt(() => answers(parts.answers, name)); }
}

function drawCurves(epochs, stride) {
  const names = [...new Set(epochs.flatMap(epoch => Object.keys(epoch.validation ?? {})))];
  const measures = ["loss", ...names.filter(one => one !== "loss")];
  parts.curves.replaceChildren(...measures.map(measure => html("figure", {}, html("figcaption", {}, measure), chart([
    { name: "training", kind: "one", points: epochs.map(epoch => [epoch.epoch, epoch.train[measure] ?? (measure === "loss" ? epoch.runningLoss : undefined)]) },
    { name: "validation", kind: "two", points: epochs.map(epoch => [epoch.epoch, epoch.validation?.[measure]]) },
  ], { xTitle: stride > 1 ? `epoch, 1 of ${grouped(stride)}` : "epoch", yTitle: measure, isLog: measure === "loss", marks: epochs.filter(epoch => epoch.isBest).slice(-1).map(epoch => ({ x: epoch.epoch })) }))));
}

/** The buttons of what can be done now. */
function act() {
  const state = summary?.state ?? last.description?.run.state;
  parts.problem.hidden = !summary?.failure;
  parts.problem.replaceChildren(...typeset(summary?.failure ?? ""));
  const key = [state, summary?.isOwn, last.hasPage].join();
  if (parts.actions.dataset.key === key) return;
  parts.actions.dataset.key = key;
  const button = (words, work, title) => html("button", { title, onclick: () => attempt(work) }, words);
  const isTraining = state === "training";
  // What goes on needs no form to go on any more.
  if (isTraining) parts.form.replaceChildren();
  parts.actions.replaceChildren(...[
    isTraining && button("Stop", async () => { await post(query("/api/run/stop")); }, "Stops after this step, also what was begun in a terminal; it can go on later as if it had never stopped"),
    !isTraining && button(state === "finished" ? "Go on with more epochs" : "Go on", () => goOn(parts.form, name, state), "From its checkpoint, as if it had never stopped"),
    button("Another like it", () => similar(parts.form, name, last.description?.settings ?? []), "A new training with its settings and its rows, some of them changed"),
    !isTraining && button("Why does it not learn better?", () => diagnosis(parts.diagnosis, name), "Rehearses its first steps and tries what would help on a copy"),
    last.hasPage && !isTraining && button("The whole report", report),
    !isTraining && last.description?.files.some(file => file.name === "model.safetensors") && html("a", { class: "button", href: `#models?run=${encodeURIComponent(name)}` }, "Try it"),
    !isTraining && button("Delete", () => remove([name], () => { location.hash = "runs"; }), "Says first what would go"),
  ].filter(Boolean));
}

async function report() {
  const { path } = await post(query("/api/run/page"));
  const frame = html("iframe", { src: path, title: `Report of ${name}` });
  parts.report.replaceChildren(frame);
  frame.scrollIntoView({ block: "start" });
}
