// Why a run does not learn better, and buttons that begin what would help.

import { attempt, html, typeset } from "./shapes.js";
import { post } from "./server.js";
import { remedied } from "./runs-train.js";

export async function diagnosis(box, name) {
  box.replaceChildren(html("h3", {}, "Diagnosis"), html("p", { role: "status" }, "Rehearsing the first steps, and trying what would help on copies …"));
  try {
    const { headline, causes, helpful, others, note } = await post(`/api/run/diagnosis?name=${encodeURIComponent(name)}`);
    box.replaceChildren(...[
      html("h3", {}, "Diagnosis"),
      html("p", { class: "verdict" }, headline),
      note && html("p", { class: "legend" }, ...typeset(`Note: ${note}.`)),
      ...causes.map((finding, place) => told(finding, place === 0 ? "First cause" : "Also", name)),
      ...helpful.map(finding => told(finding, "What would help", name)),
      others.length && html("details", {}, html("summary", {}, `Looked at, and not the cause: ${others.length}`), ...others.map(finding => told(finding, "", name))),
    ].filter(Boolean));
  } catch (error) {
    box.replaceChildren();
    throw error;
  }
}

function told({ cause, evidence, rule, advice, trial, settings }, title, name) {
  const button = settings && title && html("button", { onclick: async () => {
    button.disabled = true;
    await attempt(() => remedied(name, settings));
    button.disabled = false;
  } }, `Train like this run with ${Object.entries(settings).map(([setting, value]) => (setting === "network" ? "these layers" : `${setting} ${value}`)).join(", ")}`);
  return html("section", { class: "finding" },
    html("h4", {}, title ? `${title}: ${cause}` : cause),
    html("p", {}, ...typeset(`${evidence}.`)),
    html("p", {}, html("b", {}, "Remedy: "), ...typeset(`${advice}.`)),
    button,
    html("details", {}, html("summary", {}, "Rule and trial"), html("p", {}, ...typeset(rule)), trial && html("p", {}, ...typeset(`Tried on a copy: ${trial}.`))));
}
