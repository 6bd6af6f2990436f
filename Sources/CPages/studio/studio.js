// The page: which room is open.

import { at, say } from "./shapes.js";
import { takeToken } from "./server.js";
import * as playground from "./playground.js";
import * as pictures from "./pictures.js";
import * as runs from "./runs.js";
import * as data from "./data.js";
import * as lessons from "./lessons.js";
import * as models from "./models.js";

const rooms = { playground, pictures, runs, data, lessons, models };
let present;

function open() {
  const asked = location.hash.slice(1).split(/[=?]/)[0];
  const name = rooms[asked] ? asked : "playground";
  if (name !== present) {
    if (present) rooms[present].leave();
    for (const room of Object.keys(rooms)) at(room).hidden = room !== name;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.dataset.room === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${name[0].toUpperCase()}${name.slice(1)} – Glassbox studio`;
  }
  const isNew = name !== present;
  present = name;
  rooms[name].enter(location.hash.slice(name.length + 2), isNew);
}

if (takeToken()) {
  addEventListener("hashchange", () => { say(""); open(); });
  open();
} else {
  say("This page has no token: open the address that `glassbox studio` printed.");
}
