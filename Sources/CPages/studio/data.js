// The room Data: what lies here, what it holds, labelling, and labels that are likely wrong.

import { at, attempt, fill, grouped, html } from "./shapes.js";
import { ask } from "./server.js";
import * as columns from "./columns.js";
import * as labelling from "./labelling.js";
import * as doubts from "./doubts.js";

const views = { look: columns, label: labelling, doubts };
const titles = { look: "What it holds", label: "Label", doubts: "Labels that are likely wrong" };
const kinds = { table: "table", pictures: "pictures", classes: "a folder of pictures for each class" };
let found, present;

/** The address of a view of data: data=PATH&view=label&column=kind. */
export const address = asked => `#data=${new URLSearchParams(asked).toString().replace(/^path=/, "")}`;

function size({ kind, bytes, count }) {
  if (kind === "table") return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${grouped(Math.ceil(bytes / 1000))} kB`;
  return kind === "classes" ? `${grouped(count)} folders` : `${grouped(count)} pictures`;
}

function chooser(path) {
  const field = html("input", { id: "data-path", list: "data-known", value: path ?? "", placeholder: "students.csv or photos", size: 40, autocomplete: "off" });
  return html("form", { class: "bar", onsubmit: event => { event.preventDefault(); if (field.value.trim()) location.hash = address({ path: field.value.trim() }); } },
    html("label", { for: "data-path" }, "Data"), field,
    html("datalist", { id: "data-known" }, ...(found?.data ?? []).map(one => html("option", { value: one.path }))),
    html("button", { class: "strong" }, "Open"), path && html("a", { href: "#data" }, "All data"));
}

function list() {
  const rows = found.data.map(one => html("tr", {},
    html("td", {}, html("a", { href: address({ path: one.path }) }, one.path)),
    html("td", {}, kinds[one.kind]), html("td", { class: "number" }, size(one)),
    html("td", {}, html("a", { href: address({ path: one.path, view: "label" }), "aria-label": `Label ${one.path}` }, "label"))));
  return html("section", { class: "card" },
    html("h3", {}, "What lies here"),
    rows.length ? html("div", { class: "scroll" }, html("table", {}, html("thead", {}, html("tr", {}, ...["data", "kind", "size", ""].map(name => html("th", { scope: "col", class: name === "size" && "number" }, name)))), html("tbody", {}, ...rows)))
      : html("p", {}, "No table and no pictures lie in this folder or below it. Name any path of this machine above: a CSV file, a folder of pictures, or images:labels for a pair of IDX files."),
    html("ul", { class: "notes" }, ...found.notes.map(note => html("li", {}, note))));
}

export function enter(asked) {
  const wish = Object.fromEntries(new URLSearchParams(asked ? `path=${asked}` : ""));
  const view = wish.path && (views[wish.view] ? wish.view : "look");
  if (present && present !== view) views[present].leave();
  present = view;
  attempt(async () => {
    if (!found || !wish.path) found = await ask("/api/data");
    const place = html("div", { class: "view" });
    fill(at("data-content"), chooser(wish.path),
      wish.path ? html("div", { class: "bar tabs", role: "navigation", "aria-label": "What to do with the data" }, ...Object.keys(views).map(name => html("a", { href: address({ ...wish, view: name }), "aria-current": name === view && "page" }, titles[name]))) : list(), place);
    if (view) await views[view].enter(place, wish);
  });
}

export function leave() {
  if (present) views[present].leave();
  present = undefined;
}
