// What a run's model answers: who is taken for whom, which rows these are, how far its probabilities can be believed.

import { attempt, grouped, html, text, typeset } from "./shapes.js";
import { ask } from "./server.js";
import { dots } from "./runs-dots.js";

const percent = share => `${(100 * share).toFixed(1)} %`;
const most = 30;

const known = new WeakMap(), turns = new WeakMap();

function turn(box) {
  const now = (turns.get(box) ?? 0) + 1;
  turns.set(box, now);
  return now;
}

/** Shows nothing until there are answers again. */
export function forget(box) {
  turn(box);
  known.delete(box);
  box.replaceChildren();
}

export async function answers(box, name) {
  const mine = turn(box), found = await ask(`/api/run/answers?name=${encodeURIComponent(name)}`), told = JSON.stringify(found);
  // What was asked for later is newer, whichever comes first.
  if (turns.get(box) !== mine) return;
  // What somebody looks into stays as long as it is the same.
  if (known.get(box) === told) return;
  known.set(box, told);
  const { part, rows, labels, confusion, drawings, mistake_count: wrong, mistakes, caution } = found;
  if (!part) { box.replaceChildren(); return; }
  const behind = html("div", { "aria-live": "polite" });
  box.replaceChildren(...[
    html("h3", {}, `Answers on ${grouped(rows)} ${part} rows`),
    caution && html("p", { class: "legend" }, ...typeset(caution)),
    confusion && labels.length <= most && matrix(labels, confusion, (truth, answer) => cell(behind, name, labels, truth, answer)),
    confusion && labels.length > most && html("p", { class: "legend" }, `${labels.length} classes are too many to be shown beside each other; the report has the most frequent mistakes.`),
    confusion && behind,
    drawings.length && html("div", { class: "charts" }, ...drawings.map(one => drawing(one, one.dots && dots(one.dots, dot => row(behind, name, one.dots.target, dot))))),
    !confusion && behind,
    mistakes.length && html("details", {}, html("summary", {}, wrong !== undefined ? `Worst mistakes: ${wrong > mistakes.length ? `the surest ${mistakes.length} of ${grouped(wrong)} wrong answers` : `all ${wrong}, the surest first`}` : `Worst mistakes: the ${mistakes.length} largest errors`), html("ul", { class: "cards" }, ...mistakes.map(card))),
  ].filter(Boolean));
}

/** A drawing of the engine; what lies over it can be clicked. */
export function drawing({ title, description, svg, caption }, over) {
  const image = html("img", { alt: `${title}. ${description}`, src: `data:image/svg+xml;base64,${btoa(String.fromCodePoint(...new TextEncoder().encode(svg)))}` });
  return html("figure", {}, over ? html("div", { class: "over" }, image, over) : image, caption && html("figcaption", {}, ...typeset(caption), over && " Click a dot to see which row it is, or choose one by the arrow keys and press Enter."));
}

/** A table of true classes against answers; each cell is a button that shows its rows. */
function matrix(labels, counts, choose) {
  const short = label => (label.length > 14 ? `${label.slice(0, 13)}…` : label);
  const table = html("table", { class: "confusion", "aria-label": "Confusion" },
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "true"), ...labels.map(label => html("th", { scope: "col", title: label }, short(label))))),
    html("tbody", {}, ...counts.map((row, truth) => {
      const sum = row.reduce((a, b) => a + b, 0) || 1;
      return html("tr", {}, html("th", { scope: "row", title: labels[truth] }, short(labels[truth])), ...row.map((count, answer) => {
        const button = html("button", { disabled: count === 0, "aria-label": `${count} rows of ${labels[truth]} answered ${labels[answer]}`, onclick: () => {
          for (const one of table.querySelectorAll("[aria-pressed]")) one.removeAttribute("aria-pressed");
          button.setAttribute("aria-pressed", "true");
          attempt(() => choose(truth, answer));
        } }, grouped(count));
        const cell = html("td", { class: truth === answer ? "right" : "wrong" }, button);
        cell.style.setProperty("--share", count / sum);
        return cell;
      }));
    })));
  return html("div", {}, html("p", { class: "legend" }, "Each row is a true class, each column an answer. Click a cell to see which rows these are."), html("div", { class: "scroll" }, table));
}

/** The row behind a dot. */
async function row(box, name, target, dot) {
  box.replaceChildren(html("p", { role: "status" }, "Asking the model again …"));
  try {
    box.replaceChildren(html("ul", { class: "cards" }, card(await ask(`/api/run/dot?name=${encodeURIComponent(name)}&target=${target}&dot=${dot}`))));
  } catch (error) {
    box.replaceChildren();
    throw error;
  }
}

async function cell(box, name, labels, truth, answer) {
  box.replaceChildren(html("p", { role: "status" }, "Asking the model again …"));
  try {
    const { count, rows } = await ask(`/api/run/cell?name=${encodeURIComponent(name)}&truth=${truth}&answer=${answer}`);
    const left = count > rows.length ? ` The first ${rows.length} of them, ${truth === answer ? "the least sure" : "the surest"} first.` : "";
    box.replaceChildren(
      html("h4", {}, truth === answer ? `${grouped(count)} of ${labels[truth]}, answered so` : `${grouped(count)} of ${labels[truth]}, taken for ${labels[answer]}`, left && html("small", {}, left)),
      html("ul", { class: "cards" }, ...rows.map(card)));
  } catch (error) {
    box.replaceChildren();
    throw error;
  }
}

function card(row) {
  const name = row.file ?? `row ${row.row_number}`;
  return html("li", {},
    row.image?.startsWith("data:image/png;base64,") && html("img", { src: row.image, alt: `Input of ${name}` }),
    html("p", {}, row.error === undefined ? "answered " : "foreseen ", html("b", {}, row.answer), row.probability !== undefined && ` (${percent(row.probability)})`, html("br"), "true ", html("b", {}, row.truth), row.truth_probability !== undefined && ` (${percent(row.truth_probability)})`, row.error !== undefined && html("span", {}, html("br"), `error ${row.error > 0 ? "+" : ""}${text(row.error)}`)),
    html("p", { class: "legend" }, name),
    row.inputs.length > 0 && html("table", {}, html("tbody", {}, ...row.inputs.map(input => html("tr", {}, html("th", { scope: "row" }, input.name), html("td", { class: "number" }, input.value))))),
    row.inputs_left_out > 0 && html("p", { class: "legend" }, `and ${row.inputs_left_out} more inputs`));
}
