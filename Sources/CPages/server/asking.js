// Asks a model by hand: a form or a surface to draw on, its answer, and why. The page of a server and the studio
// both do it this way.

const mostRows = 20;

export const element = (name, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(...children);
  return node;
};
const short = (number) => String(Number(number.toPrecision(4)));
const signed = (number) => (number > 0 ? "+" : "") + short(number).replace("-", "−");
const percent = (share) => (100 * share).toFixed(1) + " %";
const card = (title, attributes, ...children) =>
  element("section", { className: "card", ...attributes }, element("h2", {}, title), ...children);

/**
 * @param model what `/model` says of it.
 * @param ask asks a path of it, `predict` or `explain`, and gives what is answered.
 * @param show says what is wrong, or with null that nothing is.
 * @param sent is told what was sent: its type, its data and of an image its name; null when it was taken back.
 * @returns the elements to ask with and to be answered in.
 */
export function asking(model, { ask, show, sent = () => {} }) {
  const headline = element("p", { className: "headline", role: "status" });
  const bars = element("div");
  const notes = element("ul", { className: "notes" });
  const result = card("Answer", { hidden: true }, headline, bars, notes);
  const sentence = element("p");
  const parts = element("div", { className: "parts" });
  const why = card("Why", { hidden: true }, sentence, parts);
  let turn = 0;

  async function answer(content) {
    const mine = ++turn;
    sent(content);
    const request = { method: "POST", headers: { "Content-Type": content.type }, body: content.data };
    try {
      const found = await ask("predict", request);
      if (mine !== turn) return;
      show(null);
      result.hidden = why.hidden = false;
      headline.textContent = headlineOf(found.predictions[0]);
      bars.replaceChildren(...tables(found.predictions[0]));
      notes.replaceChildren(
        ...(found.predictions[0].notes ?? []).map((note) => element("li", {}, note)));
      why.setAttribute("aria-busy", "true");
      sentence.textContent = "Computing …";
      parts.replaceChildren();
      const { explanation, map } = await ask("explain", request);
      if (mine !== turn) return;
      sentence.textContent = sentenceOf(explanation);
      parts.replaceChildren(...reasons(explanation, map));
    } catch (error) {
      if (mine !== turn) return;
      result.hidden = why.hidden = true;
      show(error.message);
    } finally {
      if (mine === turn) why.removeAttribute("aria-busy");
    }
  }

  function takeBack() {
    turn += 1;
    result.hidden = why.hidden = true;
    sent(null);
  }

  const input = model.input.kind === "images"
    ? drawing(model, answer, takeBack, show) : row(model, answer);
  return { input, output: element("div", { className: "column" }, result, why) };
}

// ---- A row

function row(model, answer) {
  const fields = element("div", { className: "fields" }, ...model.input.fields.map(fieldset));
  const form = element("form", { className: "card", autocomplete: "off" },
    element("h2", {}, "Row"), fields, element("button", {}, "Ask"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const inputs = [...fields.querySelectorAll("[data-column]")];
    const row = Object.fromEntries(inputs.map((input) => [input.dataset.column, cell(input)]));
    answer({ type: "application/json", data: JSON.stringify({ instances: [row] }) });
  });
  return form;
}

function fieldset(field, place) {
  const id = `asked-${place}`;
  const hint = [];
  if (field.minimum !== undefined) {
    hint.push(`${short(field.minimum)} to ${short(field.maximum)} in training`);
  }
  let input;
  const categories = field.categories ?? [];
  if (field.kind === "category" && categories.length <= 50) {
    input = element("select", { id });
    for (const name of categories) input.append(element("option", { value: name }, name));
    input.append(element("option", { value: "" }, "(missing)"));
    input.value = field.example ?? categories[0] ?? "";
  } else if (field.kind === "text" || field.kind === "numbers") {
    input = element("textarea", { id });
    if (field.kind === "numbers") hint.push("numbers with blanks between");
  } else {
    input = element("input", { id, value: field.example ?? "" });
    if (field.kind === "number") Object.assign(input, { type: "number", step: "any" });
    if (field.kind === "date") hint.push("a date");
    if (categories.length) {
      const list = element("datalist", { id: `${id}-list` });
      for (const name of categories) list.append(element("option", { value: name }));
      input.setAttribute("list", list.id);
      input.append(list);
    }
  }
  input.dataset.column = field.name;
  const label = element("label", { htmlFor: id }, field.name);
  const box = element("div", { className: "field" }, label, input);
  if (hint.length) {
    const note = element("small", { id: `${id}-hint` }, hint.join(", "));
    input.setAttribute("aria-describedby", note.id);
    box.append(note);
  }
  return box;
}

function cell(input) {
  const text = input.value.trim();
  if (text === "") return null;
  return input.type === "number" ? Number(text) : text;
}

// ---- An image

function drawing(model, answer, takeBack, show) {
  const [height, width] = model.input.shape;
  const canvas = element("canvas", {
    width: 280, height: Math.round((280 * height) / width) || 280, role: "img",
    ariaLabel: "A surface to draw on, with a mouse, a pen or a finger",
  });
  const pen = canvas.getContext("2d");
  const clearing = element("button", { type: "button" }, "Clear");
  const file = element("input", { type: "file", accept: "image/png,image/jpeg" });
  const choosing = element("label", { className: "button" }, "Choose a file, or drop one here ", file);
  const isDark = element("input", { type: "checkbox", checked: (model.input.brightness ?? 0) > 0.5 });
  const surface = card("Image", {}, canvas, element("div", { className: "buttons" }, clearing, choosing),
    element("label", { className: "choice" }, isDark, " Draw dark on light"));
  let waiting = null;

  function clear() {
    pen.fillStyle = isDark.checked ? "white" : "black";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = isDark.checked ? "black" : "white";
    pen.lineWidth = canvas.width / 14;
    pen.lineCap = pen.lineJoin = "round";
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * canvas.width,
      ((event.clientY - box.top) / box.height) * canvas.height,
    ];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
    pen.lineTo(...place(event));
    pen.stroke();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    // The next stroke of the same drawing may follow at once.
    clearTimeout(waiting);
    waiting = setTimeout(() => canvas.toBlob(
      (blob) => answer({ type: "image/png", data: blob, name: "image.png" }), "image/png"), 400);
  });

  async function askFile(file) {
    if (!file) return;
    try {
      const bitmap = await createImageBitmap(file);
      clear();
      const scale = Math.min(canvas.width / bitmap.width, canvas.height / bitmap.height);
      const [width, height] = [bitmap.width * scale, bitmap.height * scale];
      pen.drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    } catch {
      show(`${file.name} is no image that this browser knows`);
      return;
    }
    // The file itself is sent, not what the surface shows of it.
    answer({ type: file.type || "image/png", data: file, name: file.name });
  }

  clearing.addEventListener("click", () => {
    clearTimeout(waiting);
    clear();
    takeBack();
  });
  isDark.addEventListener("change", clear);
  file.addEventListener("change", () => askFile(file.files[0]));
  surface.addEventListener("dragover", (event) => {
    event.preventDefault();
    surface.classList.add("dropping");
  });
  surface.addEventListener("dragleave", () => surface.classList.remove("dropping"));
  surface.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    surface.classList.remove("dropping");
    askFile(event.dataTransfer.files[0]);
  });
  clear();
  return surface;
}

// ---- The answer

// A table with a bar in each line; a bar goes from one share of the width to another.
function table(caption, lines) {
  const rows = lines.map(({ name, note, from, to, kind, text }) => {
    const bar = element("span", { className: kind ?? "" });
    bar.style.left = `${100 * from}%`;
    bar.style.width = `${100 * (to - from)}%`;
    const head = element("th", { scope: "row" }, name);
    if (note) head.append(element("small", {}, note));
    return element("tr", {}, head,
      element("td", { className: "track", ariaHidden: "true" }, element("div", {}, bar)),
      element("td", { className: "number" }, text));
  });
  return element("table", {}, element("caption", {}, caption), element("tbody", {}, ...rows));
}

function shares(probabilities) {
  const ranked = Object.entries(probabilities).sort((one, other) => other[1] - one[1]);
  return ranked.slice(0, mostRows).map(([name, share]) => (
    { name, from: 0, to: Math.min(1, Math.max(0, share)), text: percent(share) }));
}

function interval(low, high) {
  return low === undefined ? "" : ` (${short(low)} to ${short(high)})`;
}

function headlineOf(prediction) {
  if (prediction.problem) return prediction.problem;
  if (prediction.steps) return prediction.steps.map((step) => step.label).join(" · ");
  if (prediction.labels) return prediction.labels.join(", ") || "none of the labels";
  if (prediction.label !== undefined) return prediction.label;
  if (prediction.value !== undefined) {
    return short(prediction.value) + interval(prediction.low, prediction.high);
  }
  return Object.entries(prediction.values ?? {}).map(([name, value]) =>
    `${name} ${short(value)}` + interval(prediction.lows?.[name], prediction.highs?.[name])
  ).join(" · ");
}

function tables(prediction) {
  const tables = [];
  if (prediction.probabilities) {
    const count = Object.keys(prediction.probabilities).length;
    const caption = count > mostRows ? `the ${mostRows} most probable of ${count}` : "probability";
    tables.push(table(caption, shares(prediction.probabilities)));
  }
  (prediction.steps ?? []).slice(0, mostRows).forEach((step, place) => {
    tables.push(table(`step ${place + 1}`, shares(step.probabilities).slice(0, 3)));
  });
  if (prediction.set) {
    tables.push(element("p", {}, `calibrated set of classes: ${prediction.set.join(", ")}`));
  }
  return tables;
}

const sentenceOf = ({ explained, answer, baseline_answer: without }) =>
  `${explained}: ${short(answer)}. Without what is known here it would be ${short(without)}.`;

function reasons(explanation, map) {
  const parts = [];
  if (map) {
    parts.push(element("img", { src: map, alt: "The image, coloured where it decides the answer" }));
    const legend = element("p", { className: "legend" });
    legend.append(element("b", { className: "above" }, "Orange"), " speaks for the answer, ",
      element("b", { className: "below" }, "blue"), " against it.");
    parts.push(legend);
  }
  const ranked = [...explanation.contributions].sort(
    (one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
  if (ranked.length) parts.push(table("contribution", contributionLines(ranked)));
  if (!ranked.length && !map) parts.push(element("p", {}, "Everything is as usual in training."));
  parts.push(element("p", { className: "faint" },
    explanation.method === "shapley"
      ? "Shapley values, over all orders of the parts."
      : `Shapley values, estimated with ${explanation.evaluations.toLocaleString("en")} answers.`));
  return parts;
}

function contributionLines(ranked) {
  const most = Math.abs(ranked[0].contribution) || 1;
  const lines = ranked.slice(0, mostRows).map((part) => {
    const end = 0.5 + part.contribution / most / 2;
    return {
      name: `${part.name} ${part.value}`, note: `instead of ${part.baseline}`,
      from: Math.min(0.5, end), to: Math.max(0.5, end),
      kind: part.contribution > 0 ? "above" : "below",
      text: signed(part.contribution),
    };
  });
  const rest = ranked.slice(mostRows);
  if (rest.length) {
    const sum = rest.reduce((total, part) => total + part.contribution, 0);
    const end = Math.min(1, Math.max(0, 0.5 + sum / most / 2));
    lines.push({
      name: `${rest.length} more`, from: Math.min(0.5, end), to: Math.max(0.5, end),
      kind: sum > 0 ? "above" : "below", text: signed(sum),
    });
  }
  return lines;
}
