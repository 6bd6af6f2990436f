// Tries the model of this server by hand.

import { asking } from "./asking.js";

const at = (id) => document.getElementById(id);
let model = null;
let token = "";

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
  const { input, output } = asking(model, { ask, show, sent: showCommand });
  at("asking").replaceChildren(input, output);
}

// ---- The request as a line to copy

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function showCommand(body) {
  at("request").hidden = !body;
  if (!body) return;
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
