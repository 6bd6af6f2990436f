// All runs of the folder, those that are trained now live: the list, what is chosen of it, and one run or several
// beside each other below it.

import { at, attempt, grouped, html, say, text, typeset } from "./shapes.js";
import { follow, post } from "./server.js";
import * as one from "./runs-one.js";
import { remove } from "./runs-keeping.js";
import { begin } from "./runs-train.js";
import * as studies from "./runs-studies.js";

const columns = ["", "run", "state", "learns", "score", "epochs", "written (UTC)", "tags"];
const chosen = new Set(), rows = new Map();
let listening, now = { runs: [], count: 0, notes: [], trained_here: [], failures: [] }, shown, compared = [], wanted = "", waiting, body, bar;

export const address = name => `runs=${encodeURIComponent(name)}`;
const score = run => (run.score ? `${run.score.name} ${text(run.score.value)}${run.score.part === "test" ? "" : ` (${run.score.part})`}` : "");
const failure = run => now.failures.find(one => one.path === run.path)?.problem ?? run.problem;

function made(name) {
  const box = html("input", { type: "checkbox", "aria-label": `Choose ${name}`, onchange: () => {
    if (box.checked) chosen.add(name); else chosen.delete(name);
    tellChosen();
  } });
  box.checked = chosen.has(name);
  const row = html("tr", {}, html("td", {}, box), html("td", {}, html("button", { onclick: () => { location.hash = address(name); } }, name)), ...columns.slice(2).map(column => html("td", { class: column === "epochs" && "number" })));
  rows.set(name, row);
  return row;
}

function fill(run) {
  const row = rows.get(run.name) ?? made(run.name);
  row.classList.toggle("chosen", run.name === shown || compared.includes(run.name));
  const state = row.cells[2];
  state.classList.toggle("live", run.state === "training");
  state.title = failure(run) ?? "";
  const cells = [failure(run) && run.state !== "training" ? `${run.state}, failed` : run.state, [run.task, run.target && `of ${run.target}`].filter(Boolean).join(" "), score(run), grouped(run.epochs), run.time.replace("T", " ").replace("Z", ""), run.tags.join(", ")];
  cells.forEach((words, place) => { if (row.cells[place + 2].textContent !== words) row.cells[place + 2].textContent = words; });
  return row;
}

function draw() {
  at("runs-none").hidden = now.count > 0 || wanted !== "";
  const made = now.runs.map(fill);
  const names = new Set(now.runs.map(run => run.name));
  for (const name of rows.keys()) if (!names.has(name)) rows.delete(name);
  // Who looks for some has not given up the others.
  if (!wanted && now.count === now.runs.length) for (const name of chosen) if (!names.has(name)) chosen.delete(name);
  if (made.length !== body.children.length || made.some((row, place) => body.children[place] !== row)) {
    const held = document.activeElement;
    body.replaceChildren(...made);
    if (body.contains(held)) held.focus();
  }
  bar.count.textContent = now.count > now.runs.length ? `the newest ${grouped(now.runs.length)} of ${grouped(now.count)} runs; find others by a word of theirs` : wanted ? `${grouped(now.count)} runs` : "";
  bar.notes.replaceChildren(...now.notes.map(note => html("li", {}, ...typeset(note))));
  tellChosen();
}

function tellChosen() {
  bar.compare.disabled = chosen.size < 2;
  bar.compare.textContent = chosen.size < 2 ? "Compare" : `Compare ${chosen.size} runs`;
  bar.remove.hidden = chosen.size === 0;
  bar.remove.textContent = chosen.size === 1 ? "Delete 1 run" : `Delete ${chosen.size} runs`;
}

function build() {
  const find = html("input", { type: "search", "aria-label": "Find runs", placeholder: "name, data, target, tag", oninput: () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { wanted = find.value.trim(); listen(); }, 250);
  } });
  const form = html("div", { class: "card", hidden: true });
  const train = html("button", { class: "strong", "aria-expanded": "false", onclick: () => {
    form.hidden = !form.hidden;
    train.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) attempt(() => begin(form, now.runs, name => { train.click(); location.hash = address(name); }));
  } }, "New training");
  const compare = html("button", { onclick: () => { location.hash = `runs?${[...chosen].map(encodeURIComponent).join("&")}`; } }, "Compare");
  const removing = html("button", { hidden: true, title: "Says first what would go", onclick: () => attempt(() => remove([...chosen], gone => {
    chosen.clear();
    if (gone.includes(shown) || compared.length) location.hash = "runs";
    tellChosen();
  })) });
  bar = { compare, remove: removing, count: html("span", { class: "legend" }), notes: html("ul", { class: "notes" }) };
  at("runs-actions").replaceChildren(html("div", { class: "bar" }, train, compare, removing, html("label", {}, "Find", find), bar.count), form, bar.notes);
  body = html("tbody");
  at("runs-table").replaceChildren(html("table", {}, html("thead", {}, html("tr", {}, ...columns.map(name => html("th", { class: name === "epochs" && "number", scope: "col" }, name || html("span", { class: "quiet" }, "choose"))))), body));
}

async function compare(names, readsTest) {
  at("run-title").textContent = `${names.length} runs beside each other`;
  const frame = html("div", {});
  const test = html("button", { onclick: () => attempt(() => compare(names, true)) }, "Test them on the rows kept back");
  at("run-content").replaceChildren(html("p", { class: "legend" }, readsTest ? "The test rows were read once more, which each run counts." : "Whether a difference may be chance, a test on the rows kept back tells. It reads them once more, which each run counts: the more often somebody chooses by them, the more they flatter."), !readsTest && test, frame);
  at("run").hidden = false;
  frame.append(html("p", { role: "status" }, "Comparing …"));
  const { path } = await post("/api/runs/compare", { names, reads_test: readsTest });
  frame.replaceChildren(html("iframe", { src: path, title: at("run-title").textContent }));
}

function listen() {
  listening?.abort();
  listening = new AbortController();
  follow(`/api/runs?text=${encodeURIComponent(wanted)}`, listening.signal, list => {
    if (list.reading) {
      if (list.reading.count) bar.count.textContent = `reading runs: ${grouped(list.reading.done)} of ${grouped(list.reading.count)}`;
      return;
    }
    now = list;
    draw();
    tell();
  }).catch(say);
}

/** Tells the run that is shown how it stands in the list. */
function tell() {
  const run = now.runs.find(run => run.name === shown);
  if (shown) one.follow(run && { ...run, isOwn: now.trained_here.includes(run.path), failure: failure(run) });
}

export function enter(asked, isNew) {
  if (!body) build();
  compared = asked.includes("&") ? asked.split("&").map(decodeURIComponent) : [];
  shown = asked && !compared.length ? decodeURIComponent(asked) : undefined;
  for (const name of compared) chosen.add(name);
  for (const [name, row] of rows) row.cells[0].firstChild.checked = chosen.has(name);
  at("run").hidden = true;
  draw();
  one.leave();
  if (compared.length) attempt(() => compare(compared, false));
  if (shown) attempt(() => one.open(shown));
  tell();
  if (!isNew) return;
  listen();
  studies.watch(at("runs-studies"), () => now.runs);
}

export function leave() {
  listening?.abort();
  studies.leave();
  one.leave();
}
