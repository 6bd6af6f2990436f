// The lessons: pages that the engine makes, whose questions it judges and whose numbers it computes anew.

import { at, attempt, html } from "./shapes.js";
import { ask, post } from "./server.js";

let lessons, present, changes = [];

const kept = name => { try { return JSON.parse(localStorage.getItem(`glassbox-lesson-${name}`) ?? "[]"); } catch { return []; } };

/** Those whose questions were all answered, kept by this browser alone. */
const done = () => { try { return new Set(JSON.parse(localStorage.getItem("glassbox-lessons-done") ?? "[]")); } catch { return new Set(); } };

async function show(name, y = 0) {
  const { path, questions } = await post(`/api/lessons/${name}/page`, changes);
  present = { name, questions };
  const frame = at("lesson");
  frame.onload = () => { if (y) frame.contentWindow.postMessage({ kind: "scroll", y }, location.origin); };
  frame.src = path;
  frame.hidden = false;
  const place = lessons.findIndex(lesson => lesson.name === name);
  frame.title = lessons[place]?.title ?? "Lesson";
  at("lesson-undo").hidden = changes.length === 0;
  for (const [id, by] of [["lesson-before", -1], ["lesson-next", 1]]) {
    const other = lessons[place + by];
    at(id).disabled = !other;
    at(id).title = other?.title ?? "";
    at(id).onclick = () => { location.hash = `lessons=${other.name}`; };
  }
  mark();
}

function mark() {
  const finished = done();
  for (const button of at("lesson-list").querySelectorAll("button")) {
    if (button.dataset.name === present?.name) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.nextElementSibling.textContent = finished.has(button.dataset.name) ? " ✓ answered" : "";
  }
}

async function heard(event) {
  if (event.origin !== location.origin || event.source !== at("lesson").contentWindow) return;
  const { kind, question, answer, y, ...change } = event.data;
  if (kind === "answer") event.source.postMessage({ kind: "judged", question, ...await post(`/api/lessons/${present.name}/answer`, { question, answer }) }, location.origin);
  if (kind === "right" && kept(present.name).length >= present.questions) {
    localStorage.setItem("glassbox-lessons-done", JSON.stringify([...done().add(present.name)]));
    mark();
  }
  if (kind === "change") {
    changes.push(change);
    const refused = await attempt(() => show(present.name, y).then(() => false));
    if (refused === undefined) changes.pop();
  }
}

function chapters() {
  const parts = new Map();
  for (const lesson of lessons) parts.set(lesson.chapter, [...(parts.get(lesson.chapter) ?? []), lesson]);
  let number = 0;
  return [...parts].map(([title, own]) => html("div", {}, html("h3", {}, title), html("ol", { start: number + 1 }, ...own.map(lesson => {
    number += 1;
    return html("li", {}, html("button", { "data-name": lesson.name, onclick: () => { location.hash = `lessons=${lesson.name}`; } }, lesson.title), html("span", { class: "legend" }));
  }))));
}

export function enter(asked) {
  attempt(async () => {
    if (!lessons) {
      lessons = await ask("/api/lessons");
      at("lesson-list").replaceChildren(...chapters());
      addEventListener("message", event => attempt(() => heard(event)));
      at("lesson-undo").onclick = () => { changes = []; attempt(() => show(present.name)); };
    }
    const name = asked || present?.name || lessons[0].name;
    if (name !== present?.name) changes = [];
    await show(name);
  });
}

export function leave() {}
