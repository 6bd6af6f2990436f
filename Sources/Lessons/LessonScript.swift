import Engine
package import Formatting

extension Lesson {
  /// What lets a lesson's page be answered: alone it compares an answer with the number that the page holds;
  /// within a page that has an engine behind it, that judges answers, and numbers can be changed.
  package static let script = PageScript(text, sha256: SHA256.hash(text))

  private static let text = #"""
    const above = parent === window ? undefined : parent;
    const tell = message => above?.postMessage(message, location.origin);
    const lesson = document.querySelector("[data-lesson]").dataset.lesson;
    const kept = "glassbox-lesson-" + lesson;
    const make = (name, attributes, ...content) => {
      const one = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) if (key.startsWith("on")) one.addEventListener(key.slice(2), value); else one.setAttribute(key, value);
      one.append(...content);
      return one;
    };
    // Where a page is a file of its own, some browsers keep nothing for it.
    function right() { try { return new Set(JSON.parse(localStorage.getItem(kept) ?? "[]")); } catch { return new Set(); } }
    function keep(question) { try { localStorage.setItem(kept, JSON.stringify([...right().add(question)])); } catch {} }

    const said = [];
    function judge(question, isRight, words) {
      said[question].textContent = (isRight ? "Right. " : "Not yet. ") + words;
      said[question].className = isRight ? "right" : "";
      if (isRight) { keep(question); tell({ kind: "right", question }); }
    }
    document.querySelectorAll(".question").forEach((box, place) => {
      const question = place + 1, field = make("input", { "aria-label": `Answer to question ${question}`, autocomplete: "off", placeholder: above ? "a number or a formula" : "a number" });
      said[question] = make("output", { role: "status" }, right().has(question) ? "You have answered it." : "");
      const check = () => {
        if (above) { tell({ kind: "answer", question, answer: field.value }); return; }
        const given = Number(field.value.replace(",", ".").replace("−", "-")), value = Number(box.dataset.value);
        if (field.value.trim() === "" || !isFinite(given)) { said[question].textContent = "Write one number."; return; }
        judge(question, Math.abs(given - value) <= Number(box.dataset.tolerance), Math.abs(given + value) <= Number(box.dataset.tolerance) ? "The size is right, the sign is not." : "");
      };
      box.querySelector("p").after(make("form", { onsubmit: event => { event.preventDefault(); check(); } }, field, make("button", {}, "Check"), said[question]));
    });

    if (above) {
      addEventListener("message", event => {
        if (event.origin !== location.origin || event.source !== above) return;
        const { kind, question, is_right, remark, y } = event.data;
        if (kind === "judged") judge(question, is_right, remark);
        if (kind === "scroll") scrollTo(0, y);
      });
      const bar = make("div", { class: "changing", hidden: "" });
      document.querySelector("main").append(bar);
      const change = mark => {
        const formula = Number(mark.closest("[data-formula]").dataset.formula), symbol = mark.dataset.symbol;
        const field = make("input", { type: "number", step: "any", "aria-label": `Another number for ${symbol}` });
        bar.replaceChildren(make("form", { onsubmit: event => { event.preventDefault(); if (field.value !== "") tell({ kind: "change", formula, symbol, value: Number(field.value), y: scrollY }); } }, `${symbol} = `, field, make("button", {}, "Compute")), make("button", { onclick: () => { bar.hidden = true; } }, "Close"));
        bar.hidden = false;
        field.focus();
      };
      for (const mark of document.querySelectorAll("[data-formula] [data-symbol]")) {
        mark.setAttribute("tabindex", "0");
        mark.setAttribute("role", "button");
        mark.setAttribute("aria-label", `Change ${mark.dataset.symbol}`);
        mark.addEventListener("click", event => { event.stopPropagation(); change(mark); });
        mark.addEventListener("keydown", event => { if (event.key === "Enter") { event.stopPropagation(); change(mark); } });
      }
    }

    """#
}
