// The lessons, each a page that the engine makes when it is opened.

import { at, attempt, html } from "./shapes.js";
import { ask, post } from "./server.js";

let lessons;

async function show(name) {
  const { path } = await post(`/api/lessons/${name}/page`);
  at("lesson").src = path;
  at("lesson").hidden = false;
  at("lesson").title = lessons.find(lesson => lesson.name === name)?.title ?? "Lesson";
  for (const button of at("lesson-list").querySelectorAll("button")) {
    if (button.dataset.name === name) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

export function enter(asked) {
  attempt(async () => {
    if (!lessons) {
      lessons = await ask("/api/lessons");
      at("lesson-list").replaceChildren(...lessons.map(({ name, title }) => html("li", {}, html("button", { "data-name": name, onclick: () => { location.hash = `lessons=${name}`; } }, title))));
    }
    await show(asked || lessons[0].name);
  });
}

export function leave() {}
