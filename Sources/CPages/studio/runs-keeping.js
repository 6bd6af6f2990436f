// What keeps runs in order: tags, a note, another name, and deletion, which is asked once.

import { attempt, fill, html } from "./shapes.js";
import { post } from "./server.js";

const query = (path, name) => `${path}?name=${encodeURIComponent(name)}`;

/** A form of one line. */
function line(label, input, words, work) {
  return html("form", { class: "bar", autocomplete: "off", onsubmit: event => { event.preventDefault(); attempt(work); } }, html("label", {}, label, input), html("button", {}, words));
}

const shown = new WeakMap();

/** Forms for what people say of a run, in a box. What somebody types in stays. */
export function keeping(box, name, { tags, note }, renamed) {
  const key = JSON.stringify([name, tags, note]);
  if (shown.get(box) === key || box.contains(document.activeElement)) return;
  shown.set(box, key);
  const about = body => post(query("/api/run/about", name), body);
  const tag = html("input", { placeholder: "baseline" }), said = html("textarea", { rows: 2 }), called = html("input", { value: name.split("/").at(-1), required: true });
  said.value = note ?? "";
  const list = html("span", { class: "chips" }), told = html("p", { role: "status", class: "legend" });
  const show = now => {
    shown.set(box, JSON.stringify([name, now, note]));
    fill(list, ...now.map(one => html("button", { "aria-label": `Take the tag ${one} away`, title: "Take it away", onclick: () => attempt(async () => { show((await about({ remove: [one] })).tags); tag.focus(); }) }, `${one} ×`)));
  };
  show(tags);
  const notes = line("Note", said, "Keep the note", async () => {
    await about({ note: said.value.trim() });
    shown.set(box, JSON.stringify([name, tags, said.value.trim() || undefined]));
    told.textContent = said.value.trim() ? "The note is kept." : "There is no note any more.";
  });
  notes.classList.add("note");
  const isOpen = box.querySelector("details")?.open;
  fill(box, html("details", { open: isOpen }, html("summary", {}, "Name, tags and note"),
    line("Name", called, "Rename", async () => {
      const now = await post(query("/api/run/rename", name), { name: called.value.trim() });
      renamed(now.name);
      if (now.note) throw new Error(now.note);
    }),
    html("div", { class: "bar" }, list), line("Tag", tag, "Add", async () => {
      show((await about({ add: tag.value.split(",").map(one => one.trim()).filter(Boolean) })).tags);
      tag.value = "";
    }), notes, told));
}

/** Says what would go if runs were deleted, and deletes them if somebody wants it so. */
export async function remove(names, gone) {
  const told = await post("/api/runs/removal", { names });
  const title = names.length === 1 ? `Delete ${names[0]}?` : `Delete ${names.length} runs?`;
  const box = html("dialog", { class: "card", "aria-label": title, onclose: () => box.remove() },
    html("h3", {}, title), html("p", {}, "It cannot be undone. What goes:"), html("pre", { tabindex: 0 }, told.text),
    html("div", { class: "bar" }, html("button", { autofocus: true, onclick: () => box.close() }, names.length === 1 ? "Keep it" : "Keep them"), html("button", { class: "strong", onclick: () => {
      box.close();
      attempt(async () => { await post("/api/runs/delete", { id: told.id }); gone(names); });
    } }, "Delete")));
  document.body.append(box);
  box.showModal();
}
