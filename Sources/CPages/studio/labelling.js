// Labelling by keyboard: an item, its classes as keys, and the next item at once.

import { address } from "./data.js";
import { at, attempt, fill, grouped, html, say, text, typeset } from "./shapes.js";
import { follow, picture, post } from "./server.js";

let id, wish, item, state, parts, listening, shownPicture, working = 0, queue = Promise.resolve();
const keepName = "glassbox-name";
// Whoever looks at two pages at once gets two items.
const page = String(Math.random());
const me = () => localStorage.getItem(keepName) ?? "";

/** Opens the data of a wish as a labelling: the same one for every page. */
export async function open({ path, column, target, folders }) {
  const name = column ?? target;
  return (await post("/api/labellings", { path, ...(name && { column: name }), ...(folders && { folders_are_classes: folders === "1" }) })).id;
}

/** An item as a picture or as a table of its cells. */
export async function drawn(labelling, one) {
  const cells = one.cells.length > 0 && html("div", { class: "scroll" }, html("table", { class: "cells" }, ...one.cells.map(cell => html("tr", {}, html("th", { scope: "row" }, cell.name), html("td", {}, cell.value)))));
  const image = one.has_picture && html("img", { alt: one.name, src: await picture(`/api/labellings/${labelling}/picture?item=${encodeURIComponent(one.id)}`) });
  return html("div", { class: "shown" }, image, cells);
}

/** One turn: what was answered, and the next item. Nothing is taken for said before the server says so. */
function turn(said) {
  working += 1;
  queue = queue.then(() => attempt(async () => {
    const answer = await post(`/api/labellings/${id}`, { ...said, by: me(), page, order: parts.order.value });
    item = answer.item;
    state = answer.state;
    await showItem();
    showState();
  })).finally(() => { working -= 1; });
  return queue;
}

// A key that is pressed before the next item is seen is meant for none.
const label = name => item && !working && turn({ do: item.answers.length && disputed() ? "settle" : "label", item: item.id, label: name });
const disputed = () => state.disputes.some(one => one.id === item.id);

async function showItem() {
  const old = shownPicture;
  if (!item) {
    fill(parts.item, html("p", { class: "done" }, state.labelled === state.items ? "Every item has a label." : "Nothing is left for you: the rest is with others, passed by, or to be settled."));
  } else {
    const shape = await drawn(id, item);
    shownPicture = shape.querySelector("img")?.src;
    fill(parts.item, html("p", { class: "legend" }, item.name), shape,
      item.answers.length > 0 && html("p", { class: "legend" }, `Said so far: ${item.answers.map(one => `${one.label} (${one.by || "somebody"})`).join(", ")}`));
  }
  if (old) URL.revokeObjectURL(old);
}

function showClasses() {
  const likely = new Map((item?.suggestion?.classes ?? []).map(one => [one.label, one.probability]));
  const best = item?.suggestion?.classes[0]?.label;
  fill(parts.classes, ...state.classes.map(({ name, count }, place) => html("button", { disabled: !item, class: name === best && "likely", onclick: () => label(name), "aria-keyshortcuts": place < 9 && String(place + 1) },
    place < 9 && html("kbd", {}, String(place + 1)), html("span", {}, name), likely.has(name) && html("b", {}, `${text(100 * likely.get(name), 3)} %`), html("small", {}, grouped(count)))));
  fill(parts.suggestion, item?.suggestion ? `${state.helper?.name ?? "The run"} would say ${best}: Enter takes it.` : "");
}

function showState() {
  parts.folders.hidden = state.kind === "rows";
  showClasses();
  parts.progress.max = state.items;
  parts.progress.value = state.labelled;
  fill(parts.standing, html("b", {}, grouped(state.labelled)), ` of ${grouped(state.items)} labelled`, state.given > 0 && `, ${grouped(state.given)} came with the data`, ...state.people.map(one => `; ${one.name || "without a name"}: ${grouped(one.count)}`));
  const helper = state.helper;
  fill(parts.help, ...typeset(!helper ? "" : helper.problem ?? `${helper.name} has looked at ${grouped(helper.suggested)} items${helper.unanswered ? `; it has no answer for ${grouped(helper.unanswered)}` : ""}.`));
  fill(parts.disputes, ...(state.disputed ? [html("h3", {}, `${grouped(state.disputed)} to settle`), html("p", { class: "legend" }, "People said different things of these. They are in no table of labels until somebody settles them: open one and press its class."),
    ...state.disputes.map(one => html("button", { onclick: () => turn({ show: one.id }) }, `${one.name}: ${one.answers.map(answer => `${answer.label} (${answer.by || "somebody"})`).join(", ")}`)), state.disputed > state.disputes.length && html("p", {}, `And ${grouped(state.disputed - state.disputes.length)} more.`)] : []));
  fill(parts.files, "The labels: ", html("code", {}, state.labels_file), ". Who said what and when: ", html("code", {}, state.journal_file), ". To learn from them: ", html("code", {}, `glassbox train ${state.words[0]} --target ${state.words[1]}`));
  fill(parts.notes, ...state.notes.map(note => html("li", {}, ...typeset(note))));
}

function add(event) {
  event.preventDefault();
  const name = parts.added.value.trim();
  if (!name) return;
  parts.added.value = "";
  turn({ do: "class", label: name, ...(item && { show: item.id }) });
}

async function runs() {
  const ending = new AbortController();
  return new Promise((resolve, reject) => follow("/api/runs", ending.signal, ({ runs: all }) => { ending.abort(); resolve(all.filter(run => run.state === "finished")); }).then(() => resolve([]), reject));
}

function build(place) {
  parts = { item: html("div", { class: "item card", "aria-live": "polite" }), classes: html("div", { class: "classes", role: "group", "aria-label": "Classes" }), added: html("input", { "aria-label": "A new class", placeholder: "a new class", size: 14 }), suggestion: html("p", { class: "legend" }),
    progress: html("progress", { "aria-label": "Labelled" }), standing: html("p", { class: "standing" }), help: html("p", { class: "legend" }), disputes: html("div", { class: "disputes" }), files: html("p", { class: "legend" }), notes: html("ul", { class: "notes" }),
    order: html("select", { onchange: () => turn({}) }, html("option", { value: "file" }, "in their order"), html("option", { value: "uncertain" }, "the least certain first")), helper: html("select", { onchange: event => help(event.target.value) }, html("option", { value: "" }, "nobody")),
    undo: html("button", { onclick: () => turn({ do: "undo" }), "aria-keyshortcuts": "z" }, html("kbd", {}, "z"), "Undo"), skip: html("button", { onclick: () => item && !working && turn({ do: "skip", item: item.id }), "aria-keyshortcuts": "s" }, html("kbd", {}, "s"), "Pass by") };
  const name = html("input", { value: me(), size: 12, placeholder: "your name", onchange: event => { localStorage.setItem(keepName, event.target.value.trim()); turn({}); } });
  fill(place,
    html("div", { class: "bar" }, html("label", {}, "I am ", name), html("label", {}, "Helper ", parts.helper), html("label", { title: "By the margin: how far the second class is behind the first" }, "Items ", parts.order)),
    parts.progress, parts.standing,
    html("div", { class: "labelling" }, parts.item, html("div", { class: "card" }, parts.classes, parts.suggestion, html("form", { class: "bar small", onsubmit: add }, parts.added, html("button", {}, "Add")), html("div", { class: "bar small" }, parts.skip, parts.undo), parts.help)),
    parts.disputes, parts.files, parts.notes,
    html("form", { class: "bar small", onsubmit: event => { event.preventDefault(); location.hash = address({ path: wish.path, view: "label", column: event.target.elements.column.value.trim(), ...(!parts.folders.hidden && { folders: event.target.elements.folders.checked ? "1" : "0" }) }); } },
      html("label", {}, "Column of labels ", html("input", { name: "column", value: wish.column ?? wish.target ?? "label", size: 10 })), parts.folders = html("label", {}, html("input", { name: "folders", type: "checkbox", checked: wish.folders ? wish.folders === "1" : false }), "the names of folders are labels"), html("button", {}, "Open so")));
}

const help = run => attempt(async () => {
  state = await post(`/api/labellings/${id}/helper`, { run: run || null });
  if (run) parts.order.value = "uncertain";
  await turn({});
});

function keys(event) {
  if (at("data").hidden || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const place = Number(event.key) - 1;
  const work = state?.classes[place] && place < 9 ? () => label(state.classes[place].name) : event.key === "z" ? () => parts.undo.click() : event.key === "s" ? () => parts.skip.click()
    : event.key === "Enter" && item?.suggestion && !/^(BUTTON|A)$/.test(event.target.tagName) ? () => label(item.suggestion.classes[0].label) : undefined;
  if (!work) return;
  event.preventDefault();
  work();
}

export async function enter(place, asked) {
  leave();
  wish = asked;
  id = await open(asked);
  build(place);
  document.addEventListener("keydown", keys);
  listening = new AbortController();
  await turn({});
  // Unless somebody says so, the folders decide by themselves.
  if (!asked.folders && state?.kind === "pictures") parts.folders.querySelector("input").checked = state.given > 0;
  follow(`/api/labellings/${id}/states`, listening.signal, now => {
    if (!working) { state = now; showState(); }
    // Somebody may have left something.
    if (!item && state.labelled < state.items && !state.disputed) turn({});
    // What the helper found of the item that is shown.
    else if (item && !item.suggestion && state.helper?.suggested) refresh(item.id);
  }).catch(say);
  parts.helper.append(...(await runs()).map(run => html("option", { selected: state.helper?.name === run.name }, run.name)));
}

let asking;
async function refresh(one) {
  if (asking === one) return;
  asking = one;
  try {
    const answer = await post(`/api/labellings/${id}`, { show: one, by: me() });
    if (item?.id === one && answer.item.suggestion) { item = answer.item; showClasses(); }
  } finally { asking = undefined; }
}

export function leave() {
  listening?.abort();
  document.removeEventListener("keydown", keys);
}
