// Fields of settings: one for each that a run or a layer has.

import { html } from "./shapes.js";

let lists = 0;

/** What is typed as the value of a setting: as JSON has it, and a text where it is none; undefined for nothing. */
export function value(typed) {
  const trimmed = typed.trim();
  if (trimmed === "") return undefined;
  if (isFinite(trimmed)) return Number(trimmed);
  try {
    const read = JSON.parse(trimmed);
    return typeof read === "number" || read === null ? trimmed : read;
  } catch { return trimmed; }
}

/** A value as it is typed: `value` reads it back. */
export function typed(given) {
  if (given === undefined || given === null) return "";
  if (typeof given === "object") return JSON.stringify(given);
  return typeof given === "string" && value(given) !== given ? JSON.stringify(given) : String(given);
}

/**
 * A field of a setting, empty where it is as usual.
 * @param setting its name, what is `usual`, its `choices`, and in `help` and `values` what it does and takes.
 * @param shown the text in it.
 * @param attributes of the control.
 * @param isClosed whether nothing but the choices can be said.
 */
export function field({ name, usual, choices = [], help, values }, shown, attributes, isClosed = false) {
  const isList = isClosed && choices.length > 0 && (shown === "" || choices.includes(shown));
  const id = !isList && choices.length > 0 && `choices-${(lists += 1)}`;
  return html("label", { title: values }, name,
    isList
      ? html("select", attributes, html("option", { value: "" }, usual), ...choices.map(one => html("option", { selected: one === shown }, one)))
      : html("input", { value: shown, placeholder: usual, autocomplete: "off", list: id, ...attributes }),
    id && html("datalist", { id }, ...choices.map(one => html("option", {}, one))),
    help && html("small", {}, help));
}
