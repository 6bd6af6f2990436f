// What data hold: columns with their spread, problems, classes, duplicates, a contact sheet.

import { attempt, fill, grouped, html, svg, text, typeset } from "./shapes.js";
import { post } from "./server.js";
import { address } from "./data.js";

const width = 220, height = 44;

/** Bars of a column of numbers; the words beside them say the same. */
function bars(counts, name) {
  const most = Math.max(...counts);
  return svg("svg", { class: "bars", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `How ${name} is spread` },
    ...counts.map((count, place) => svg("rect", { x: place * width / counts.length + 0.5, width: width / counts.length - 1, y: height - (count / most) * (height - 2), height: (count / most) * (height - 2) }, svg("title", {}, `${grouped(count)} cells`))));
}

function categories({ categories: found, others, count }) {
  const most = Math.max(...found.map(one => one.count), others, 1);
  const line = (name, number, kind) => html("tr", { class: kind }, html("th", { scope: "row" }, name), html("td", {}, html("meter", { min: 0, max: most, value: number, "aria-label": name })), html("td", { class: "number", title: `${number} of ${count}` }, grouped(number)));
  return html("table", { class: "counts" }, ...found.map(one => line(one.category, one.count)), others > 0 && line("others", others, "soft"));
}

function column({ facts, distribution, bins }) {
  const numbers = distribution?.numbers;
  return html("figure", { class: "card column" },
    html("figcaption", {}, html("b", {}, facts.name), ` ${facts.kind}${facts.columns ? `, ${grouped(facts.columns)} columns` : ""}`, facts.missing > 0 && html("span", { class: "above" }, ` ${grouped(facts.missing)} missing`)),
    bins && bars(bins, facts.name),
    numbers && facts.kind === "numeric" && html("p", { class: "axes" }, html("span", {}, text(numbers.deciles[0])), html("span", { title: "half of the cells are at most this" }, `median ${text(numbers.deciles[5])}`), html("span", {}, text(numbers.deciles[10]))),
    distribution?.categories && categories(distribution),
    (facts.columns || facts.kind === "date") && html("p", { class: "legend" }, facts.summary));
}

function classes({ facts, rows }) {
  const parts = ["train", "validation", "test"];
  return html("section", { class: "card" }, html("h3", {}, "Classes and split"),
    html("div", { class: "scroll" }, html("table", {},
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, ""), ...parts.map(part => html("th", { scope: "col", class: "number" }, part)))),
      html("tbody", {}, ...facts.classes.map(one => html("tr", {}, html("th", { scope: "row" }, one.label), ...parts.map(part => html("td", { class: "number" }, grouped(one[part]))))),
        html("tr", {}, html("th", { scope: "row" }, "all"), ...parts.map(part => html("td", { class: "number" }, grouped(rows[part]))))))),
    html("p", {}, `Rows with the same inputs on two sides of the split: ${grouped(facts.duplicates)}.`, facts.near_duplicates !== undefined && facts.near_duplicates !== null && ` Pictures that are nearly the same: ${grouped(facts.near_duplicates)}.`));
}

function sheet(wish) {
  const place = html("div", { class: "scroll" });
  const field = html("input", { value: wish.augment ?? "usual", size: 28, "aria-describedby": "augment-help" });
  const draw = augment => attempt(async () => {
    place.setAttribute("aria-busy", "true");
    const { image, rows, variants } = await post("/api/data/sheet", { data: wish.path, ...(wish.target && { target: wish.target }), ...(augment && { augment }) });
    fill(place, html("img", { src: image, class: "sheet", alt: `A row of pictures for each of ${rows.join(", ")}${variants ? `; each is followed by ${variants} variants` : ""}` }), html("p", { class: "legend" }, `From top to bottom: ${rows.join(", ")}.${variants ? ` Each picture is followed by ${variants} variants of it, as the epochs see them.` : ""}`));
    place.removeAttribute("aria-busy");
  });
  draw();
  return html("section", { class: "card" }, html("h3", {}, "As the network sees them"),
    html("form", { class: "bar small", onsubmit: event => { event.preventDefault(); draw(field.value.trim()); } },
      html("label", {}, "Augmentation ", field), html("button", {}, "Vary them"), html("button", { type: "button", onclick: () => draw() }, "As they are")),
    html("p", { class: "legend", id: "augment-help" }, "usual, or some of these: flip,rotate=10,erase=0.2"), place);
}

export async function enter(place, wish) {
  fill(place, html("p", { role: "status" }, "Reading…"));
  const look = await post("/api/data/look", { data: wish.path, ...(wish.target && { target: wish.target }) });
  const names = look.columns.filter(one => !one.facts.columns).map(one => one.facts.name);
  const target = html("select", { onchange: event => { location.hash = address({ path: wish.path, view: "look", ...(event.target.value && { target: event.target.value }) }); } },
    html("option", { value: "" }, "nothing yet"), ...names.map(name => html("option", { value: name, selected: name === wish.target }, name)));
  const most = 100;
  fill(place,
    html("p", { class: "standing" }, html("b", {}, look.data), ` – ${grouped(look.count)} ${look.kind === "table" ? "rows" : "pictures"}`, look.task && `, ${look.task} of ${look.target}`, html("br"), (look.task || look.kind !== "table") && html("code", {}, `glassbox train ${look.word}${wish.target ? ` --target ${wish.target}` : ""}`)),
    names.length > 0 && html("div", { class: "bar" }, html("label", {}, "Learn ", target)),
    look.problem && html("p", { class: "problem" }, ...typeset(look.problem)),
    look.notes.length > 0 && html("section", { class: "card" }, html("h3", {}, "What to know"), html("ul", { class: "plain" }, ...look.notes.map(note => html("li", {}, ...typeset(note))))),
    look.facts?.classes.length > 0 && classes(look),
    look.are_pictures && look.facts?.classes.length > 0 && sheet(wish),
    look.columns.length > 0 && html("div", { class: "looked" }, ...look.columns.slice(0, most).map(column)),
    look.columns.length > most && html("p", {}, `And ${grouped(look.columns.length - most)} more columns.`));
}

export function leave() {}
