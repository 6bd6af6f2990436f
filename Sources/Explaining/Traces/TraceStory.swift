import Engine
import Formatting

/// What makes a page of formulas a story that is played: each line in turn, and where its numbers come from
/// lit up in the drawings.
package enum TraceStory {
  /// For a page of its own.
  static let script = PageScript(alone, sha256: SHA256.hash(alone))
  private static let alone = module + "tell(document.querySelector(\"main\"));\n"

  /// An ES module, for a page that builds its formulas itself: `tell(root)` adds the controls above what `root`
  /// holds.
  package static let exported = module + "export { tell };\n"

  package static let style = """
    .story{display:flex;flex-wrap:wrap;gap:.4rem .6rem;align-items:center;position:sticky;top:0;z-index:1;
    background:var(--paper);padding:.4rem 0;border-bottom:1px solid var(--line)}
    .story button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);
    border-radius:.35rem;padding:.25rem .7rem;min-height:2.2rem;cursor:pointer}
    .story output{color:var(--soft);flex:1 1 12rem}
    .lit{background:color-mix(in srgb,var(--warm) 28%,transparent);border-radius:3px}
    svg .lit{stroke:var(--ink) !important;stroke-width:4px;stroke-opacity:1}
    svg .window{fill:none;stroke:var(--warm);stroke-width:2px}
    .equation,ul.given{scroll-margin:4rem 0 2rem}
    .now{outline:2px solid var(--accent);outline-offset:1px;border-radius:3px}

    """

  private static let module = #"""
    // A symbol's letter, layer and places: w⁽¹⁾₂,₃.
    const parsed = symbol => {
      const parts = symbol.match(/^([^⁽₀-₉]*)(⁽[^⁾]*⁾)?([₀-₉,]*)$/);
      return parts && { letter: parts[1], layer: parts[2] ?? "", places: parts[3] };
    };
    const numbers = places => places.split(",").map(text => Number([...text].map(sign => "₀₁₂₃₄₅₆₇₈₉".indexOf(sign)).join("")));
    // What a symbol speaks of: a gradient of a weight, what is remembered of it and its new value of the weight.
    function subjects(symbol) {
      const plain = symbol.replaceAll("′", "");
      if (plain.includes("/")) return plain.split("/").flatMap(side => subjects(side.replace("∂", "")));
      const inner = plain.match(/^[^()]*\((.*)\)$/);
      return inner ? subjects(inner[1]) : [plain];
    }

    let lit = [];
    function unlight() {
      for (const one of lit) { if (one.classList.contains("window")) one.remove(); else one.classList.remove("lit"); }
      lit = [];
    }
    function mark(one) { one.classList.add("lit"); lit.push(one); }

    // A pixel of an image, of a feature map or of a kernel is framed where it stands.
    function frame({ letter, layer, places }) {
      const [row, column, ...channels] = numbers(places), channel = channels.join(",") || "1";
      for (const tile of document.querySelectorAll(`image[data-pixels="${letter + layer}"][data-channel="${channel}"]`)) {
        const [x, y, width, height] = ["x", "y", "width", "height"].map(name => Number(tile.getAttribute(name)));
        const across = width / tile.dataset.columns, down = height / tile.dataset.rows;
        const box = document.createElementNS(tile.namespaceURI, "rect");
        for (const [name, value] of Object.entries({ class: "window", x: x + (column - 1) * across, y: y + (row - 1) * down, width: across, height: down })) box.setAttribute(name, value);
        tile.after(box);
        lit.push(box);
      }
    }

    // The unit of a layer stands for all numbers of its place; the answer stands in the last layer.
    const stands = (own, asked, isOutput) => own.places === asked.places && (own.layer && own.layer === asked.layer || isOutput && asked.letter === "ŷ");

    function light(symbols) {
      unlight();
      for (const symbol of new Set(symbols)) {
        for (const same of document.querySelectorAll(`[data-symbol="${CSS.escape(symbol)}"]`)) mark(same);
        for (const subject of subjects(symbol)) {
          if (subject !== symbol) for (const same of document.querySelectorAll(`svg [data-symbol="${CSS.escape(subject)}"]`)) mark(same);
          const asked = parsed(subject);
          if (!asked?.places) continue;
          for (const neuron of document.querySelectorAll("svg .neuron[data-symbol]")) {
            const own = parsed(neuron.dataset.symbol);
            if (own && stands(own, asked, neuron.classList.contains("output"))) mark(neuron);
          }
          if (asked.places.includes(",")) frame(asked);
        }
      }
    }

    const symbolsOf = line => [...line.querySelectorAll("[data-symbol]")].map(one => one.dataset.symbol);

    function tell(root, title = "The story of this cycle") {
      const lines = [...root.querySelectorAll(".equation:not(.factor):not(.part), ul.given, .verdict")].filter(line => !line.classList.contains("verdict") || line.dataset.last !== undefined);
      let place = -1, timer;
      const make = (name, words, listen) => { const one = document.createElement(name); one.textContent = words; if (listen) one.addEventListener("click", listen); return one; };
      const bar = make("div", ""), said = make("output", `${lines.length} lines`);
      bar.className = "story";
      bar.setAttribute("role", "toolbar");
      bar.setAttribute("aria-label", title);
      function go(to) {
        lines[place]?.classList.remove("now");
        place = Math.max(0, Math.min(lines.length - 1, to));
        const line = lines[place];
        for (let fold = line.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
        line.classList.add("now");
        line.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
        light(symbolsOf(line));
        said.textContent = `Line ${place + 1} of ${lines.length}: ${line.closest("details")?.querySelector("summary")?.textContent ?? ""}`;
      }
      function pause() { clearInterval(timer); timer = undefined; play.textContent = "Play"; }
      const play = make("button", "Play", () => {
        if (timer) { pause(); return; }
        if (place >= lines.length - 1) place = -1;
        play.textContent = "Pause";
        go(place + 1);
        timer = setInterval(() => { if (place >= lines.length - 1 || !root.isConnected) pause(); else go(place + 1); }, 1400);
      });
      bar.append(make("button", "Back", () => { pause(); go(place - 1); }), play, make("button", "Next", () => { pause(); go(place + 1); }), said);
      root.querySelector(".story")?.remove();
      if (lines.length) root.prepend(bar);
      if (!root.dataset.tells) {
        root.dataset.tells = "";
        root.addEventListener("pointerover", event => { const one = event.target.closest?.("[data-symbol]"); if (one) light([one.dataset.symbol]); });
        root.addEventListener("pointerleave", unlight);
      }
      return { pause };
    }

    """#
}
