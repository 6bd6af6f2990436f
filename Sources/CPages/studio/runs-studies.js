// The studies of the folder, those that run now live: what they found, and what begins, stops and goes on with them.

import { attempt, fill, html, say, typeset } from "./shapes.js";
import { ask, follow, post } from "./server.js";
import { field, fields, form, ofData } from "./runs-train.js";

let listening, parts, known;
const cards = new Map();

const query = (path, name) => `${path}?name=${encodeURIComponent(name)}`;
const settings = async () => (known ??= await ask("/api/study/settings"));
const numbers = ["trials", "parallel", "folds", "finalists", "final_seeds", "ensemble"];

/** What a form says of a study, as the server takes it. */
function wish(said) {
  const settings = {}, changes = {}, body = { settings, changes };
  for (const [key, value] of Object.entries(said)) {
    const name = key.startsWith("study.") ? key.slice(6) : undefined;
    if (key === "name" || name === "space" || name === "time") body[name ?? key] = value;
    else if (name === "retry_failed") body.retry_failed = true;
    else if (name === "parallel") body.parallel = Number(value);
    else if (name === "until_settled") changes.until_settled = true;
    else if (name) changes[name] = numbers.includes(name) ? Number(value) : value;
    else settings[key] = value;
  }
  return body;
}

const tick = (name, words) => html("label", {}, html("input", { type: "checkbox", name, value: "yes" }), words);

function ofStudy(all, names) {
  return html("div", { class: "fields" }, ...all.filter(one => names.includes(one.name)).map(one => {
    const label = field(one, "", `study.${one.name}`), input = label.querySelector("input");
    if (numbers.includes(one.name)) { input.type = "number"; input.min = 0; }
    return label;
  }));
}

function space(help) {
  const text = html("textarea", { name: "study.space", rows: 6, spellcheck: "false", placeholder: "learning_rate: {from: 0.0001, to: 0.1, scale: log}\noptimizer: [adam, sgd]" });
  return { text, label: html("label", { class: "space" }, "What is looked for", text, html("small", {}, help)) };
}

async function begin(box, runs) {
  const [{ all, content, data, target }, ways] = [await ofData(runs, "study"), await settings()];
  const { text, label } = space("As YAML or JSON: a range {from, to, scale}, a list of choices, or a list of values {length, each}. Empty: one is made for the task.");
  const main = ["trials", "time", "parallel"], others = ways.map(one => one.name).filter(name => !main.includes(name));
  form(box, "Begin", [html("h3", {}, "New study"), html("p", { class: "legend" }, "Many trainings look for the best settings; the best are trained again with other seeds, and the winner is named with the probability that it is better than the usual settings. The test rows stay sealed until then."),
    ...content("study"), ofStudy(ways, main), label,
    html("div", { class: "bar" }, html("button", { type: "button", onclick: () => attempt(async () => { ({ space: text.value } = await ask(`/api/study/space?data=${encodeURIComponent(data.value.trim())}&target=${encodeURIComponent(target.value.trim())}`)); }) }, "Show the space for these data")),
    html("details", {}, html("summary", {}, "How it looks for the best"), ofStudy(ways, others), tick("study.until_settled", "End when more trials would likely gain nothing.")),
    html("details", {}, html("summary", {}, "Settings that all its trainings have"), ...fields(all)),
  ], "/api/studies", wish, name => { box.replaceChildren(); show(name); });
}

async function goOn(path) {
  const { label } = space("Empty: as before. It may be wider than before.");
  form(parts.form, "Go on", [html("h3", {}, `Go on with ${path}`), html("p", { class: "legend" }, "With the trials that it has; say how many there shall be in all. What is empty stays as it is."), ofStudy((await settings()).map(one => ({ ...one, usual: "as before" })), ["trials", "time", "parallel", "finalists"]), tick("study.retry_failed", "Train failed trials again."), label],
    query("/api/study/resume", path), wish, () => parts.form.replaceChildren());
}

let wanted;
/** Brings a study into view as soon as it is there. */
function show(path) {
  const card = cards.get(path);
  wanted = card ? undefined : path;
  card?.scrollIntoView({ block: "nearest" });
}

function study({ path, name, is_running: isRunning, lines, best, problem }) {
  const card = cards.get(path) ?? html("section", { class: "card", "aria-label": `Study ${name}` }, html("div", { class: "bar" }), html("p", { class: "problem" }), html("pre", { tabindex: 0, "aria-label": `How far ${name} has come` }));
  cards.set(path, card);
  const [bar, trouble, text] = card.children, key = JSON.stringify([isRunning, best]);
  if (bar.dataset.key !== key) {
    bar.dataset.key = key;
    const button = (words, work, title) => html("button", { title, onclick: () => attempt(work) }, words);
    fill(bar, html("h4", { class: isRunning && "live" }, path),
      isRunning && button("Stop", () => post(query("/api/study/stop", path)), "Stops after these steps; it can go on later as if it had never stopped"),
      !isRunning && button("Go on", () => goOn(path), "Also for more trials or in a wider space"),
      button("The report", () => open(path)), best && html("button", { onclick: () => { location.hash = `runs=${encodeURIComponent(best)}`; } }, "The best run"));
  }
  trouble.hidden = !problem || isRunning;
  trouble.replaceChildren(...typeset(problem ?? ""));
  const words = lines.join("\n");
  if (text.textContent !== words) text.textContent = words;
  return card;
}

async function open(path) {
  const { path: page } = await post(query("/api/study/page", path));
  parts.frame.replaceChildren(html("iframe", { src: page, title: `Report of the study ${path}` }));
  parts.frame.scrollIntoView({ block: "nearest" });
}

/** Shows the studies in a box, as long as the room is open. */
export function watch(box, runs) {
  listening = new AbortController();
  const start = html("div", { class: "card", hidden: true });
  const button = html("button", { "aria-expanded": "false", onclick: () => {
    start.hidden = !start.hidden;
    button.setAttribute("aria-expanded", String(!start.hidden));
    if (!start.hidden) attempt(() => begin(start, runs()));
  } }, "New study");
  parts = { form: html("div", {}), list: html("div", {}), notes: html("ul", { class: "notes" }), frame: html("div", {}) };
  cards.clear();
  fill(box, html("div", { class: "bar" }, html("h3", {}, "Studies"), button), start, parts.list, parts.form, parts.notes, parts.frame);
  new MutationObserver(() => { if (!start.children.length && !start.hidden) button.click(); }).observe(start, { childList: true });
  follow("/api/studies", listening.signal, now => {
    const made = now.studies.map(study);
    if (made.length !== parts.list.children.length || made.some((card, place) => parts.list.children[place] !== card)) parts.list.replaceChildren(...made);
    for (const path of cards.keys()) if (!now.studies.some(one => one.path === path)) cards.delete(path);
    fill(parts.notes, ...now.notes.map(note => html("li", {}, ...typeset(note))));
    if (wanted && cards.has(wanted)) show(wanted);
  }).catch(say);
}

export const leave = () => listening?.abort();
