// The studies of the folder, those that run now live.

import { attempt, html, say, typeset } from "./shapes.js";
import { follow, post } from "./server.js";

let listening;

function study({ path, name, is_running: isRunning, lines, best }, open) {
  return html("section", { class: "card", "aria-label": `Study ${name}` },
    html("div", { class: "bar" }, html("h4", { class: isRunning && "live" }, path), html("button", { onclick: () => attempt(() => open(path)) }, "The report"), best && html("button", { onclick: () => { location.hash = `runs=${encodeURIComponent(best)}`; } }, "The best run")),
    html("pre", { tabindex: 0, "aria-label": `How far ${name} has come` }, lines.join("\n")));
}

/** Shows the studies in a box, as long as the room is open. */
export function watch(box) {
  listening = new AbortController();
  const list = html("div", {}), frame = html("div", {});
  const open = async path => {
    const { path: page } = await post(`/api/study/page?name=${encodeURIComponent(path)}`);
    frame.replaceChildren(html("iframe", { src: page, title: `Report of the study ${path}` }));
    frame.scrollIntoView({ block: "nearest" });
  };
  const title = html("h3", { hidden: true }, "Studies"), notes = html("ul", { class: "notes" });
  box.replaceChildren(title, list, notes, frame);
  follow("/api/studies", listening.signal, now => {
    title.hidden = !now.studies.length && !now.notes.length;
    list.replaceChildren(...now.studies.map(one => study(one, open)));
    notes.replaceChildren(...now.notes.map(note => html("li", {}, ...typeset(note))));
  }).catch(say);
}

export const leave = () => listening?.abort();
