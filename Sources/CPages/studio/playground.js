// The playground: a network that learns while one looks at it.

import { at, attempt, grouped, html, say, text, typeset } from "./shapes.js";
import { ask, download, follow, post, send } from "./server.js";
import { chart } from "./curves.js";
import { Plane, legend } from "./plane.js";
import * as controls from "./controls.js";
import * as growing from "./growing.js";
import * as inspector from "./inspector.js";
import { Row } from "./example.js";
import { landscape } from "./landscape.js";
import * as layers from "./layers.js";
import * as network from "./network.js";

let opened, state, connection, ghost, isBuilt = false, isDragging = false, planned = false, lastDetails = 0, views = [];

const shown = () => at("links").value;
const wishes = () => ({ gradients: shown() === "gradients", updates: shown() === "updates", pictures: 30, surface: 60, curve_after: -1, row: opened.network.no_plane ? inspector.heldPlace() + 1 : undefined });
const look_at = () => act({ do: "look", wishes: wishes() });
const act = body => post(`/api/playgrounds/${opened.id}`, body).then(take);
const present = () => structuredClone(opened.settings);

async function open(settings) {
  const next = await post("/api/playgrounds", settings);
  connection?.abort();
  state = undefined;
  if (opened) ask(`/api/playgrounds/${opened.id}`, { method: "DELETE" }).catch(() => {});
  opened = next;
  inspector.let_go();
  inspector.begin(opened.points);
  remember();
  controls.show(opened.settings, opened.points, opened.notes);
  network.build(opened.network, inspector.hold, wider);
  if (opened.network.no_plane) at("legend").textContent = opened.network.no_plane;
  else legend(opened.points);
  ghost = undefined;
  at("landscape").open = false;
  if (at("layer-list").open) showLayers();
  at("fork").disabled = false;
  showViews(false);
  await look_at();
  connect();
}

function connect() {
  connection?.abort();
  connection = new AbortController();
  follow(`/api/playgrounds/${opened.id}/states`, connection.signal, take).catch(say);
}

/** Makes a playground of changed settings; the present one stays if they are refused. */
const change = edit => attempt(async () => {
  const settings = present();
  delete settings.edits;
  edit(settings);
  await open(settings);
});

/** Changes a setting: from here on, or from the beginning where there is no step yet. */
const editSetting = (name, value) => {
  if (!state?.main.step || value === undefined) return change(settings => { if (value === undefined) delete settings.run[name]; else settings.run[name] = value; });
  return attempt(() => edit({ setting: name, value }));
};

/** The layers one by one; who changes one gives the network layer by layer from then on. */
const showLayers = () => attempt(() => layers.show(opened.network.architecture, list => change(settings => {
  growing.dropNetwork(settings).run.network = list;
})));

/** The loss around the weights, as they are now. */
const look = () => attempt(async () => {
  at("around").replaceChildren(html("p", { class: "legend" }, "Looking around…"));
  at("around").replaceChildren(landscape(await post(`/api/playgrounds/${opened.id}/landscape`)), html("button", { onclick: look }, "Look again"));
});

async function edit(one) {
  // What would have happened stays as a shadow.
  const { main } = state;
  if (main.step < main.furthest || main.curve?.length) ghost = { from: main.step, points: (main.curve ?? []).map(point => [point.step, point.validation ?? point.train]) };
  await act({ do: "edit", edit: one, is_of_fork: Boolean(state.fork) });
  opened.settings = (await ask(`/api/playgrounds/${opened.id}/settings`)).settings;
  remember();
}

const wider = (layer, by) => change(settings => growing.wider(settings, opened.network, layer, by));
const deeper = by => change(settings => growing.deeper(settings, opened.network, by));

/** The whole state in the address. Tables are too long for one. */
function remember() {
  const settings = present();
  const address = settings.data.csv ? "#playground" : `#playground=${encodeURIComponent(JSON.stringify(settings))}`;
  history.replaceState(null, "", address);
}

// MARK: Drawing

function showViews(isForked) {
  views = (isForked ? ["as it was", "the fork"] : [undefined]).map(title => {
    if (opened.network.no_plane) return new Row(title, { points: opened.points, network: opened.network, go: row => inspector.follow(row) });
    const view = new Plane(title, pressed);
    view.show(opened.points);
    return view;
  });
  at("views").replaceChildren(...views.map(view => view.element));
}

function pressed(across, down) {
  const plane = views[0];
  const label = controls.drawnClass();
  if (label) {
    change(settings => controls.added(settings, opened.points, plane.place(across, false), plane.place(down, true), label));
    return;
  }
  const row = plane.nearest(across, down);
  if (row === undefined) return;
  inspector.follow(row);
  if (!inspector.isHolding()) {
    const output = opened.network.layers.at(-1);
    inspector.hold({ kind: "unit", layer: output, unit: 0, name: `${output.name} 1`, bias: output.bias });
  }
}

function take(next) {
  // Answers and the stream overtake each other.
  if (state && next.turn < state.turn) return next;
  state = next;
  if (!planned) {
    planned = true;
    requestAnimationFrame(() => { planned = false; attempt(async () => draw(), false); });
  }
  return next;
}

function draw() {
  if (!state) return;
  const { main, fork, playing, problem } = state;
  if ((views.length === 2) !== Boolean(fork)) showViews(Boolean(fork));
  const leading = fork ?? main;
  network.draw(leading, opened.points, shown());
  views[0].draw(main, inspector.heldRow());
  if (fork) views[1].draw(fork, inspector.heldRow());
  at("play").textContent = playing ? "Pause" : "Play";
  at("play").setAttribute("aria-pressed", String(playing));
  at("back").disabled = main.step === 0;
  at("fork").textContent = fork ? "Leave the fork" : "Fork";
  at("at").textContent = grouped(main.step);
  if (!isDragging) {
    at("timeline").max = main.furthest;
    at("timeline").value = main.step;
  }
  if (problem) say(problem);
  const now = performance.now();
  // Texts and curves faster than one reads would only cost time.
  if (!playing || now - lastDetails > 200) {
    lastDetails = now;
    details(main, fork);
    inspector.moved(main.step);
  }
}

function details(main, fork) {
  const said = (name, frame) => [name, `epoch ${grouped(frame.epoch)}`, frame.loss !== undefined && `loss of the step ${text(frame.loss)}`, frame.train && `training ${text(frame.train.loss)}`, frame.validation && `validation ${text(frame.validation.loss)}`, frame.validation?.accuracy !== undefined && `accuracy ${text(frame.validation.accuracy)}`, `rate ${text(frame.learning_rate)}`, frame.is_done && "the end of the training"].filter(Boolean).join(" · ");
  at("standing").textContent = said("", main) + (fork ? ` — ${said("fork", fork)}` : "");
  const line = (frame, part, name, kind) => ({ name, kind, points: (frame.curve ?? []).map(point => [point.step, point[part]]) });
  const lines = [line(main, "train", "training", "one"), line(main, "validation", "validation", "two")];
  if (ghost) lines.push({ name: "before the change", kind: "three", points: ghost.points });
  if (fork) lines.push(line(fork, "validation", "fork", "three"));
  at("curve").replaceChildren(chart(lines, { xTitle: "step", yTitle: "loss", isLog: true, marks: main.step < main.furthest ? [{ x: main.step }] : [] }));
  const frame = fork ?? main;
  const layers = frame.layers ?? [], largest = Math.max(1e-12, ...layers.map(layer => layer.gradient_norm ?? 0));
  at("norms").replaceChildren(html("div", { class: "norm" }, ...layers.flatMap(layer => [html("span", {}, layer.name), html("meter", { min: 0, max: largest, value: layer.gradient_norm ?? 0, "aria-label": `gradient norm of ${layer.name}` }), html("span", {}, text(layer.gradient_norm))]),
    ...(frame.findings ?? []).map(finding => html("p", {}, ...typeset(finding.sentence)))));
}

// MARK: The room

async function build() {
  isBuilt = true;
  await controls.build(present, change, editSetting);
  inspector.build({ id: () => opened.id, frame: () => state.main, points: () => opened.points, network: () => opened.network, look: async () => { if (opened.network.no_plane) await look_at(); }, edit });
  const press = (id, work) => { at(id).onclick = () => attempt(work); };
  press("play", () => act({ do: state.playing ? "pause" : "play" }));
  press("step", () => act({ do: "step" }));
  press("epoch", () => act({ do: "epoch" }));
  press("back", () => act({ do: "step", count: -1 }));
  press("again", () => { ghost = undefined; return act({ do: "go", step: 0 }); });
  press("fork", () => act({ do: state.fork ? "leave_fork" : "fork" }));
  press("more", () => deeper(1));
  press("less", () => deeper(-1));
  press("copy", async () => { await navigator.clipboard.writeText(location.href); at("copy").textContent = "Copied"; });
  at("speed").onchange = () => attempt(() => act({ do: "speed", speed: at("speed").value ? Number(at("speed").value) : null }));
  at("links").onchange = () => attempt(look_at);
  at("timeline").oninput = () => {
    isDragging = true;
    at("at").textContent = grouped(Number(at("timeline").value));
  };
  at("timeline").onchange = () => {
    isDragging = false;
    attempt(() => act({ do: "go", step: Number(at("timeline").value) }));
  };
  at("layer-list").ontoggle = () => { if (at("layer-list").open) showLayers(); };
  at("landscape").ontoggle = () => { if (at("landscape").open) look(); };
  press("take-pasted", async () => {
    const { run } = await send("/api/settings", at("pasted").value);
    await open({ data: present().data, run });
  });
  at("export").onchange = () => attempt(save);
  addEventListener("keydown", keys);
  // Canvases do not follow a change of colours by themselves.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (state) take(state); });
}

async function save() {
  const form = at("export").value;
  at("export").value = "";
  if (form === "svg" || form === "png") {
    if (form === "png" && !views[0].canvas.isConnected) throw new Error("These rows are no picture; the drawing of the network can be taken as SVG.");
    const link = document.createElement("a");
    link.download = `playground.${form}`;
    link.href = form === "png" ? views[0].canvas.toDataURL() : URL.createObjectURL(new Blob([network.file()], { type: "image/svg+xml" }));
    link.click();
  } else if (form) await download(`/api/playgrounds/${opened.id}/export?form=${form}`);
}

function keys(event) {
  if (at("playground").hidden || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(event.target.tagName)) return;
  const work = { " ": "play", ArrowRight: "step", ArrowLeft: "back", e: "epoch", f: "fork", Escape: "close" }[event.key];
  if (!work || event.target.closest?.("[role=button]")) return;
  event.preventDefault();
  at(work).click();
}

export function enter(asked, isNew) {
  attempt(async () => {
    if (!isBuilt) await build();
    const settings = asked ? JSON.parse(decodeURIComponent(asked)) : undefined;
    if (settings && JSON.stringify(settings) !== JSON.stringify(opened?.settings)) await open(settings);
    else if (!opened) await open((await ask("/api/start")) ?? controls.usual());
    else if (isNew) { connect(); remember(); }
  });
}

export function leave() { connection?.abort(); }
