// Everything that is asked of the server goes through here.

const keep = "glassbox-token";

/** Takes the token out of the address, where it would be copied along. */
export function takeToken() {
  const given = location.hash.match(/^#token=([0-9a-f]+)$/);
  if (given) {
    sessionStorage.setItem(keep, given[1]);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(keep);
}

const headers = () => ({ Authorization: `Bearer ${sessionStorage.getItem(keep)}` });

async function refuse(answer) {
  let detail = `${answer.status} ${answer.statusText}`;
  if (answer.status === 401) detail = "This page has no valid token: open the address that `glassbox studio` printed.";
  else if (answer.headers.get("content-type")?.includes("json")) detail = (await answer.json()).detail;
  throw new Error(detail);
}

/** Sends a request with its own headers and body. @returns what the server answers, as an object. */
export async function answered(path, request = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...request, headers: { ...headers(), ...request.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The studio does not answer: was `glassbox studio` ended?");
  }
  return answer.ok ? answer.json() : refuse(answer);
}

/** @returns what the server answers, as an object. */
export const ask = (path, { method = "GET", body, signal } = {}) => answered(path, { method, body: body === undefined ? undefined : JSON.stringify(body), signal });

/** The address of a picture that the server sends; whoever shows it no longer lets it go with URL.revokeObjectURL. */
export async function picture(path) {
  const answer = await fetch(path, { headers: headers() });
  if (!answer.ok) await refuse(answer);
  return URL.createObjectURL(await answer.blob());
}

export const post = (path, body = {}) => ask(path, { method: "POST", body });

/** Sends a file or text as it is. */
export const send = (path, content, type = content.type || "text/plain") => answered(path, { method: "POST", headers: { "Content-Type": type }, body: content });

/** Calls `listen` with each line of an answer that goes on, until `signal` ends it. */
export async function follow(path, signal, listen) {
  try {
    const answer = await fetch(path, { headers: headers(), signal });
    if (!answer.ok) await refuse(answer);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) listen(JSON.parse(line));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Has the browser fetch a file that the server lends. */
export async function download(path) {
  const link = document.createElement("a");
  link.href = (await post(path)).path;
  link.download = "";
  link.click();
}
