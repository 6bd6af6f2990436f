// Models: those of the registry with their versions, files that are dropped, a form to try any of them, and the monitor.

import { at, attempt, fill, html, say, typeset } from "./shapes.js";
import { answered, ask, follow, post, send } from "./server.js";
import { asking } from "./asking.js";
import { catchDrops, headline, modelEndings, parts } from "./models-look.js";

let box, listening, registry = { models: [], notes: [] }, runs = [], tried, watching, opened, dropped;

const short = hash => hash.slice(0, 12);
const time = written => written.replace("T", " ").replace("Z", "");
/** What a model is called in the address, and how the server finds it. */
const address = wish => (wish.file ? `models?file=${encodeURIComponent(wish.file)}` : wish.run ? `models?run=${encodeURIComponent(wish.run)}` : `models?model=${encodeURIComponent(wish.model)}${wish.version ? `&version=${wish.version}` : ""}`);
const title = wish => (wish.file ? wish.file : wish.run ? `The model of ${wish.run}` : `${wish.model}${wish.version ? ` ${wish.version}` : ""}`);

const change = body => attempt(() => post("/api/models", body));

function build() {
  box = { registry: html("div", {}), notes: html("ul", { class: "notes" }), chosen: html("section", { class: "card", hidden: true, "aria-label": "The model that is tried" }), runs: html("datalist", { id: "models-runs" }) };
  const run = html("input", { list: "models-runs", required: true, autocomplete: "off", placeholder: "a run" }), name = html("input", { autocomplete: "off", placeholder: "the run's" }), why = html("input", { autocomplete: "off" });
  const register = html("form", { class: "bar", onsubmit: async event => {
    event.preventDefault();
    await change({ do: "register", run: run.value.trim(), name: name.value.trim() || run.value.trim().split("/").at(-1), why: why.value.trim() });
  } }, html("label", {}, "Run", run), html("label", {}, "as", name), html("label", {}, "why", why), html("button", {}, "Register"), html("button", { type: "button", onclick: () => { if (run.value.trim()) location.hash = address({ run: run.value.trim() }); } }, "Try it"), box.runs);
  const file = html("input", { type: "file", accept: modelEndings.join(","), onchange: () => attempt(async () => { if (file.files[0]) await drop(file.files[0]); file.value = ""; }) });
  at("models-content").replaceChildren(html("p", { class: "legend" }, "Any run's model can be tried; what is registered has versions, one of which is live: the one that servers answer with. A model file, a checkpoint, any other .safetensors file, a network from elsewhere as an .onnx file, or weights that PyTorch saved, dropped on the page, opens."), register, html("label", { class: "button" }, "A model file of this machine ", file), box.registry, box.notes, box.chosen);
}

function draw() {
  box.registry.replaceChildren(...(registry.models.length ? registry.models.map(model) : [html("p", {}, `No model is registered in ${registry.folder ?? "models"} yet.`)]));
  box.notes.replaceChildren(...registry.notes.map(note => html("li", {}, ...typeset(note))));
}

function model({ name, versions, history }) {
  const live = versions.find(one => one.stage === "live");
  return html("section", { class: "card model", "aria-label": name },
    html("div", { class: "bar" }, html("h3", {}, name), html("span", { class: "legend" }, live ? `version ${live.version} is live` : "none is live"), history.filter(one => one.action !== "register" && one.action !== "test").length > 1 && html("button", { onclick: () => change({ do: "rollback", name }) }, "Roll back")),
    html("div", { class: "scroll" }, html("table", {},
      html("thead", {}, html("tr", {}, ...["version", "stage", "registered (UTC)", "from", "file", ""].map(words => html("th", { scope: "col" }, words || html("span", { class: "quiet" }, "actions"))))),
      html("tbody", {}, ...[...versions].reverse().map(one => html("tr", {},
        html("td", {}, one.version), html("td", { class: one.stage === "live" && "live" }, one.stage), html("td", {}, time(one.registered)), html("td", {}, one.source), html("td", { title: one.hash }, html("code", {}, short(one.hash))),
        html("td", {}, html("button", { onclick: () => { location.hash = address({ model: name, version: one.version }); } }, "Try"), " ", one.stage !== "live" && html("button", { onclick: () => change({ do: "promote", name, version: one.version }) }, "Make live")))))),
    ),
    html("details", {}, html("summary", {}, `What was done: ${history.length}`), html("ul", { class: "notes" }, ...history.map(event => html("li", {}, `${time(event.time)} ${event.who}: ${event.action} ${event.version}${event.why ? `, ${event.why}` : ""}`)))));
}

/** The largest file that is sent to the studio, which lies on the same machine. */
const mostFile = 256 * 2 ** 20;

async function drop(file) {
  if (file.size > mostFile) throw new Error(`${file.name}: at most 256 MiB to look into here; \`glassbox inspect\` shows files of any size.`);
  dropped = { name: file.name, ...await send(`/api/models/file?name=${encodeURIComponent(file.name)}`, file, "application/octet-stream") };
  opened = undefined;
  const next = `#${address({ file: file.name })}`;
  if (location.hash === next) enter(next.slice(8), false);
  else location.hash = next;
}

catchDrops(file => attempt(() => drop(file)));

async function open(wish) {
  const key = JSON.stringify(wish);
  if (opened === key) return;
  opened = key;
  clearInterval(watching);
  const known = wish.file !== undefined && dropped?.name === wish.file ? dropped : undefined;
  if (wish.file !== undefined && !known) throw new Error(`${wish.file}: a file is known as long as the page is; drop it once more.`);
  const { id } = known ?? await post("/api/tried", wish);
  if (opened !== key) return;
  box.chosen.hidden = false;
  if (!id) return fill(box.chosen, html("h3", {}, title(wish)), headline(known.look.headline), ...parts(known.look));
  const path = `/api/tried/${id}/`;
  const [model, look] = [await ask(`${path}model`), known?.look ?? await ask(`${path}look`)];
  if (opened !== key) return;
  tried = wish;
  const { input, output } = asking(model, { ask: (what, request) => answered(path + what, request), show: problem => say(problem ?? "") });
  const inside = html("details", { open: Boolean(known) }, html("summary", {}, "What is in it"), headline(look.headline), ...parts(look));
  fill(box.chosen,
    html("h3", {}, title(wish)),
    html("p", { class: "legend" }, `answers ${model.target} · ${model.task} · ${model.parameters.toLocaleString("en")} parameters · ${short(model.model.hash)}`),
    html("div", { class: "asking" }, input, output),
    inside, !known && monitor(wish));
  box.chosen.scrollIntoView({ block: "nearest" });
}

/** A form to compare recent rows with those of the training, again and again while the log grows. */
function monitor(wish) {
  const field = (name, placeholder, help) => html("label", {}, name, html("input", { name, placeholder, autocomplete: "off" }), html("small", {}, help));
  const sentence = html("p", { role: "status" }), frame = html("div", {});
  const live = html("input", { type: "checkbox", onchange: () => { if (!live.checked) clearInterval(watching); } });
  let rows;
  const look = async form => {
    const said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
    const seen = await post("/api/models/monitor", { of: wish, ...said });
    sentence.replaceChildren(...typeset(seen.sentence));
    // The page is taken anew only where there is something new on it.
    if (seen.rows === rows) return;
    rows = seen.rows;
    frame.replaceChildren(html("iframe", { src: seen.path, title: `Monitor of ${title(wish)}` }));
  };
  return html("details", { class: "monitor" }, html("summary", {}, "Monitor: do recent rows still look like those of the training?"),
    html("form", { onsubmit: event => {
      event.preventDefault();
      clearInterval(watching);
      rows = undefined;
      const form = event.currentTarget;
      attempt(() => look(form));
      if (live.checked) watching = setInterval(() => attempt(() => look(form)), 5000);
    } }, html("div", { class: "fields" }, field("log", "predictions.sqlite", "The log of a server of this model."), field("since", "7d", "How far back it is read."), field("window", "1d", "The stretches of time that are told of."), field("data", "recent.csv", "Or a file of recent rows.")),
    html("div", { class: "bar" }, html("button", {}, "Look"), html("label", {}, live, "and again every 5 seconds"))), sentence, frame);
}

export function enter(asked, isNew) {
  if (!box) build();
  const wished = Object.fromEntries(new URLSearchParams(asked));
  if (wished.version) wished.version = Number(wished.version);
  if (wished.run || wished.model || wished.file) attempt(() => open(wished).catch(error => { opened = undefined; throw error; }));
  else { box.chosen.hidden = true; opened = tried = undefined; clearInterval(watching); }
  if (!isNew) return;
  draw();
  listening = new AbortController();
  follow("/api/models", listening.signal, now => { registry = now; draw(); }).catch(say);
  attempt(async () => {
    const once = new AbortController();
    await follow("/api/runs?text=", once.signal, list => {
      if (list.reading) return;
      runs = list.runs;
      box.runs.replaceChildren(...runs.map(run => html("option", {}, run.name)));
      once.abort();
    });
  });
}

export function leave() {
  listening?.abort();
  clearInterval(watching);
}
