// All runs of the folder, those that are trained now live.

import { at, attempt, html, say, text } from "./shapes.js";
import { ask, follow, post } from "./server.js";
import { chart } from "./curves.js";

let listening, list = [], shown;

const score = run => (run.score ? `${run.score.name} ${text(run.score.value)}${run.score.part === "test" ? "" : ` (${run.score.part})`}` : "");

function row(run) {
  return html("tr", { class: run.name === shown && "chosen" },
    html("td", {}, html("button", { onclick: () => { location.hash = `runs=${encodeURIComponent(run.name)}`; } }, run.name)),
    html("td", {}, html("span", { class: run.state === "training" && "live" }, run.state)),
    html("td", {}, [run.task, run.target && `of ${run.target}`].filter(Boolean).join(" ")),
    html("td", {}, score(run)),
    html("td", { class: "number" }, run.epochs),
    html("td", {}, run.time.replace("T", " ").replace("Z", "")),
    html("td", {}, run.tags.join(", ")));
}

function draw() {
  at("runs-none").hidden = list.length > 0;
  const most = 500;
  at("runs-table").replaceChildren(html("table", {},
    html("thead", {}, html("tr", {}, ...["run", "state", "learns", "score", "epochs", "written (UTC)", "tags"].map(name => html("th", { class: name === "epochs" && "number", scope: "col" }, name)))),
    html("tbody", {}, ...list.slice(0, most).map(row))));
  if (list.length > most) at("runs-table").append(html("p", {}, `And ${list.length - most} more, which \`glassbox runs list\` has.`));
}

async function show(name) {
  const { description, epochs, has_page: hasPage } = await ask(`/api/run?name=${encodeURIComponent(name)}`);
  if (name !== shown) return;
  const names = [...new Set(epochs.flatMap(epoch => Object.keys(epoch.validation ?? {})))];
  const curves = ["loss", ...names.filter(one => one !== "loss")].map(measure => chart([
    { name: "training", kind: "one", points: epochs.map(epoch => [epoch.epoch, epoch.train[measure] ?? (measure === "loss" ? epoch.runningLoss : undefined)]) },
    { name: "validation", kind: "two", points: epochs.map(epoch => [epoch.epoch, epoch.validation?.[measure]]) },
  ], { xTitle: "epoch", yTitle: measure, isLog: measure === "loss", marks: epochs.filter(epoch => epoch.isBest).slice(-1).map(epoch => ({ x: epoch.epoch })) }));
  at("run").hidden = false;
  at("run-title").textContent = name;
  at("run-content").replaceChildren(
    html("p", {}, description.sentence ?? `${description.run.state}: ${epochs.length} epochs so far.`),
    html("div", { class: "charts" }, ...curves.map((curve, place) => html("figure", {}, html("figcaption", {}, ["loss", ...names.filter(one => one !== "loss")][place]), curve))),
    hasPage && html("button", { onclick: () => attempt(() => report(name)) }, "The whole report"),
    html("h3", {}, "Settings that are not as usual"),
    html("div", { class: "scroll" }, html("table", {}, ...description.settings.map(setting => html("tr", {}, html("th", { scope: "row" }, setting.name), html("td", { title: setting.value.slice(0, 2000) }, setting.value.length > 120 ? `${setting.value.slice(0, 119)}…` : setting.value))))));
}

async function report(name) {
  const { path } = await post(`/api/run/page?name=${encodeURIComponent(name)}`);
  at("run-content").append(html("iframe", { src: path, title: `Report of ${name}` }));
}

export function enter(asked, isNew) {
  shown = asked ? decodeURIComponent(asked) : undefined;
  at("run").hidden = !shown;
  draw();
  if (shown) attempt(() => show(shown));
  if (!isNew) return;
  listening = new AbortController();
  follow("/api/runs", listening.signal, ({ runs }) => {
    list = runs;
    draw();
    const live = runs.find(run => run.name === shown);
    if (live?.state === "training") attempt(() => show(shown));
  }).catch(say);
}

export function leave() { listening?.abort(); }
