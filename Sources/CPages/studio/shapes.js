// Elements, numbers and colours, in one way for all rooms.

export const at = id => document.getElementById(id);

const space = "http://www.w3.org/2000/svg";

function filled(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...content.filter(one => one !== undefined && one !== null && one !== false));
  return element;
}

/** An element: html("p", {class: "soft"}, "text"). */
export const html = (name, attributes, ...content) => filled(document.createElement(name), attributes, content);
/** Gives an element another content, as html() takes it. */
export const fill = (element, ...content) => { element.replaceChildren(); return filled(element, {}, content); };
export const svg = (name, attributes, ...content) => filled(document.createElementNS(space, name), attributes, content);

/** A number to so many significant digits, with a true minus sign; the whole number is in titles. */
export function text(number, digits = 4) {
  if (number === null || number === undefined) return "–";
  if (typeof number !== "number" || !isFinite(number)) return String(number);
  const size = Math.abs(number);
  const written = size !== 0 && (size < 1e-4 || size >= 1e7) ? number.toExponential(digits - 1) : String(Number(number.toPrecision(digits)));
  return written.replace("e+", "e").replaceAll("-", "−");
}

export const grouped = number => number.toLocaleString("en");

/** The bytes of a picture that was sent as text. */
export function bytes(text) {
  const raw = atob(text);
  const numbers = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) numbers[place] = raw.charCodeAt(place);
  return numbers;
}

const isDark = matchMedia("(prefers-color-scheme: dark)");
const ends = {
  light: { middle: [255, 255, 255], above: [222, 96, 10], below: [24, 105, 190] },
  dark: { middle: [20, 23, 28], above: [255, 150, 60], below: [80, 165, 245] },
};

/** Colours of numbers from −1 to 1 in 256 steps: blue below 0, orange above. */
export function palette() {
  const { middle, above, below } = ends[isDark.matches ? "dark" : "light"];
  const colours = new Uint8ClampedArray(256 * 4);
  for (let step = 0; step < 256; step += 1) {
    const share = step / 127.5 - 1;
    const end = share < 0 ? below : above;
    for (let part = 0; part < 3; part += 1) colours[4 * step + part] = middle[part] + (end[part] - middle[part]) * Math.abs(share) ** 0.8;
    colours[4 * step + 3] = 255;
  }
  return colours;
}

export const classColours = ["--below", "--above", "--strong", "--text", "--faint"];

const known = new Map();
isDark.addEventListener("change", () => known.clear());

/** A colour of the style sheet as canvases take it. */
export function colour(name) {
  if (!known.has(name)) {
    const probe = html("span", { hidden: true });
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    known.set(name, getComputedStyle(probe).color);
    probe.remove();
  }
  return known.get(name);
}

/** Paints a picture of numbers into a canvas of the same size. */
export function paint(canvas, picture, colours, centre = 0) {
  const { width, height, low, high } = picture;
  const levels = bytes(picture.levels);
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const reach = Math.max(Math.abs(low - centre), Math.abs(high - centre)) || 1;
  for (let place = 0; place < levels.length; place += 1) {
    const value = low + (levels[place] / 255) * (high - low);
    const step = Math.max(0, Math.min(255, Math.round(((value - centre) / reach + 1) * 127.5)));
    image.data.set(colours.subarray(4 * step, 4 * step + 4), 4 * place);
  }
  context.putImageData(image, 0, 0);
}

/** Words as the engine writes them, with what stands between backquotes as code. */
export const typeset = words => words.split("`").map((part, place) => (place % 2 ? html("code", {}, part) : part));

/** How often a fault was said. */
let faults = 0;

export function say(error) {
  const place = at("problem");
  const words = error?.message ?? error ?? "";
  if (words) faults += 1;
  if (place.dataset.words !== words) place.replaceChildren(...typeset(words));
  place.dataset.words = words;
  place.hidden = !words;
}

/**
 * Runs something that may be refused, and says why it was. What was said before goes when it is done, but not what was said meanwhile.
 * @param isAsked whether somebody asked for it; what the page does by itself takes no words away.
 */
export async function attempt(work, isAsked = true) {
  const before = faults;
  try {
    const value = await work();
    if (isAsked && faults === before) say("");
    return value;
  } catch (error) {
    if (error.name !== "AbortError") say(error);
    return undefined;
  }
}

/** Work that is done for the newest value alone, one at a time: what came meanwhile and is old is left out. */
export function newest(work) {
  let isBusy = false, waiting;
  return async value => {
    waiting = { value };
    if (isBusy) return;
    isBusy = true;
    while (waiting) {
      const next = waiting.value;
      waiting = undefined;
      await attempt(() => work(next));
    }
    isBusy = false;
  };
}
