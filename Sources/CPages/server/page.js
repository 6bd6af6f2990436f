// Tries the model of this server by hand: a form or a surface to draw on, the answer, and why.

const at = (id) => document.getElementById(id);
const mostRows = 20;
let model = null;
let token = "";
let body = null;
let turn = 0;

const element = (name, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(...children);
  return node;
};
const short = (number) => String(Number(number.toPrecision(4)));
const signed = (number) => (number > 0 ? "+" : "") + short(number).replace("-", "−");
const percent = (share) => (100 * share).toFixed(1) + " %";

// ---- Asking

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(path, { ...options, headers });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  const error = new Error(problem.detail ?? `the server answered with status ${response.status}`);
  error.status = response.status;
  throw error;
}

function show(problem) {
  at("problem").hidden = !problem;
  at("problem").textContent = problem ?? "";
}

async function start() {
  try {
    model = await ask("model");
  } catch (error) {
    if (error.status === 401) {
      at("entry").hidden = false;
      at("facts").textContent = "This server asks for a token.";
      if (token) show("This token is not known.");
      at("token").focus();
    } else {
      at("facts").textContent = "";
      show(error.message);
    }
    return;
  }
  show(null);
  at("entry").hidden = true;
  const { name, version, hash } = model.model;
  document.title = `${name}, Glassbox`;
  at("name").textContent = name;
  at("facts").textContent =
    `answers ${model.target}` + (version ? ` · version ${version}` : "") +
    ` · ${model.parameters.toLocaleString("en")} parameters · ${hash.slice(0, 12)}`;
  if (model.input.kind === "images") startImage();
  else startRow();
}

async function answer(content) {
  const mine = ++turn;
  body = content;
  showCommand();
  const request = { method: "POST", headers: { "Content-Type": content.type }, body: content.data };
  try {
    const found = await ask("predict", request);
    if (mine !== turn) return;
    show(null);
    showAnswer(found.predictions[0]);
    at("why").hidden = false;
    at("why").setAttribute("aria-busy", "true");
    at("why-sentence").textContent = "Computing …";
    at("parts").replaceChildren();
    const reasons = await ask("explain", request);
    if (mine !== turn) return;
    showReasons(reasons);
  } catch (error) {
    if (mine !== turn) return;
    for (const id of ["result", "why"]) at(id).hidden = true;
    show(error.message);
  } finally {
    if (mine === turn) at("why").removeAttribute("aria-busy");
  }
}

// ---- A row

function startRow() {
  at("row").hidden = false;
  at("fields").replaceChildren(...model.input.fields.map(fieldset));
}

function fieldset(field, place) {
  const id = `field-${place}`;
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

at("row").addEventListener("submit", (event) => {
  event.preventDefault();
  const inputs = [...at("fields").querySelectorAll("[data-column]")];
  const row = Object.fromEntries(inputs.map((input) => [input.dataset.column, cell(input)]));
  answer({ type: "application/json", data: JSON.stringify({ instances: [row] }) });
});

// ---- An image

const canvas = at("canvas");
const pen = canvas.getContext("2d");
let waiting = null;

function startImage() {
  const [height, width] = model.input.shape;
  canvas.width = 280;
  canvas.height = Math.round((280 * height) / width) || 280;
  at("dark").checked = (model.input.brightness ?? 0) > 0.5;
  clear();
  at("image").hidden = false;
}

function clear() {
  const isDark = at("dark").checked;
  pen.fillStyle = isDark ? "white" : "black";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = isDark ? "black" : "white";
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
  waiting = setTimeout(askDrawing, 400);
});

function askDrawing() {
  canvas.toBlob((blob) => answer({ type: "image/png", data: blob, name: "image.png" }), "image/png");
}

async function askFile(file) {
  if (!file) return;
  try {
    const bitmap = await createImageBitmap(file);
    clear();
    const scale = Math.min(canvas.width / bitmap.width, canvas.height / bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    pen.drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  } catch {
    return show(`${file.name} is no image that this browser knows`);
  }
  // The file itself is sent, not what the surface shows of it.
  answer({ type: file.type || "image/png", data: file, name: file.name });
}

at("clear").addEventListener("click", () => {
  clearTimeout(waiting);
  turn += 1;
  clear();
  for (const id of ["result", "why", "request"]) at(id).hidden = true;
});
at("dark").addEventListener("change", clear);
at("file").addEventListener("change", (event) => askFile(event.target.files[0]));
at("image").addEventListener("dragover", (event) => {
  event.preventDefault();
  at("image").classList.add("dropping");
});
at("image").addEventListener("dragleave", () => at("image").classList.remove("dropping"));
at("image").addEventListener("drop", (event) => {
  event.preventDefault();
  at("image").classList.remove("dropping");
  askFile(event.dataTransfer.files[0]);
});

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

function headline(prediction) {
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

function showAnswer(prediction) {
  at("result").hidden = false;
  at("headline").textContent = headline(prediction);
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
  at("bars").replaceChildren(...tables);
  at("notes").replaceChildren(
    ...(prediction.notes ?? []).map((note) => element("li", {}, note)));
}

function showReasons({ explanation, map }) {
  const { explained, answer, baseline_answer: without } = explanation;
  at("why-sentence").textContent =
    `${explained}: ${short(answer)}. Without what is known here it would be ${short(without)}.`;
  const parts = [];
  if (map) {
    parts.push(element("img", { src: map, alt: "The image, coloured where it decides the answer" }));
    const legend = element("p", { className: "legend" });
    legend.append(element("b", { className: "for" }, "Orange"), " speaks for the answer, ",
      element("b", { className: "against" }, "blue"), " against it.");
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
  at("parts").replaceChildren(...parts);
}

function contributionLines(ranked) {
  const most = Math.abs(ranked[0].contribution) || 1;
  const lines = ranked.slice(0, mostRows).map((part) => {
    const end = 0.5 + part.contribution / most / 2;
    return {
      name: `${part.name} ${part.value}`, note: `instead of ${part.baseline}`,
      from: Math.min(0.5, end), to: Math.max(0.5, end),
      kind: part.contribution > 0 ? "for" : "against",
      text: signed(part.contribution),
    };
  });
  const rest = ranked.slice(mostRows);
  if (rest.length) {
    const sum = rest.reduce((total, part) => total + part.contribution, 0);
    const end = Math.min(1, Math.max(0, 0.5 + sum / most / 2));
    lines.push({
      name: `${rest.length} more`, from: Math.min(0.5, end), to: Math.max(0.5, end),
      kind: sum > 0 ? "for" : "against", text: signed(sum),
    });
  }
  return lines;
}

// ---- The request as a line to copy

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function showCommand() {
  const parts = ["curl", quoted(new URL("predict", location.href).href)];
  if (token) parts.push("-H", '"Authorization: Bearer $TOKEN"');
  parts.push("-H", quoted(`Content-Type: ${body.type}`));
  if (typeof body.data === "string") parts.push("-d", quoted(body.data));
  else parts.push("--data-binary", quoted(`@${body.name}`));
  at("curl").textContent = parts.join(" ");
  // What was drawn is no file yet that the line could name.
  const isImage = typeof body.data !== "string";
  URL.revokeObjectURL(at("save").href);
  at("save").hidden = !isImage;
  if (isImage) {
    at("save").href = URL.createObjectURL(body.data);
    at("save").download = body.name;
  }
  at("request").hidden = false;
}

at("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(at("curl").textContent);
    at("copy").textContent = "Copied";
  } catch {
    // Browsers keep the clipboard from pages that come without TLS from elsewhere.
    getSelection().selectAllChildren(at("curl"));
    at("copy").textContent = "Selected: press Ctrl-C";
  }
  setTimeout(() => { at("copy").textContent = "Copy"; }, 2000);
});

at("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  token = at("token").value.trim();
  start();
});

start();
