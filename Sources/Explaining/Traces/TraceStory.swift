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
    .story button,.moving button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);
    border-radius:.35rem;padding:.25rem .7rem;min-height:2.2rem;cursor:pointer}
    .story output{color:var(--soft);flex:1 1 12rem}
    .lit{background:color-mix(in srgb,var(--warm) 28%,transparent);border-radius:3px}
    svg .lit{stroke:var(--ink) !important;stroke-width:4px;stroke-opacity:1}
    svg .window{fill:none;stroke:var(--warm);stroke-width:2px;pointer-events:none}
    svg .pixel{stroke:var(--accent);stroke-width:1.5px}
    .sight{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:center;background:var(--paper)}
    main .sight figure{flex:1 1 10rem;margin:.5rem 0}
    .sight figcaption{font-size:.8rem}
    .moving{flex:1 1 100%;display:flex;flex-wrap:wrap;gap:.4rem .6rem;align-items:center;padding:.3rem 0}
    .moving input{flex:1 1 8rem;min-height:2.2rem;accent-color:var(--accent)}
    .moving output{color:var(--soft);flex:1 1 12rem}
    @media (min-width:48rem) and (min-height:44rem){.sight{position:sticky;top:3rem;max-height:45vh;
    overflow:auto;border-bottom:1px solid var(--line)}
    details:has(>.sight) .equation{scroll-margin-top:calc(45vh + 4rem)}}
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

    // A part of an image is framed where it stands; a window glides there from where it stood.
    const isStill = matchMedia("(prefers-reduced-motion: reduce)"), stood = new WeakMap();
    let glide = 300;
    function frame(tile, [row, column, rows, columns], kind) {
      const [left, top, width, height] = ["x", "y", "width", "height"].map(name => Number(tile.getAttribute(name)));
      const across = width / tile.dataset.columns, down = height / tile.dataset.rows, x = left + column * across, y = top + row * down;
      const box = document.createElementNS(tile.namespaceURI, "rect"), before = kind === "moves" && stood.get(tile);
      for (const [name, value] of Object.entries({ class: `window ${kind}`, x, y, width: columns * across, height: rows * down })) box.setAttribute(name, value);
      tile.after(box);
      lit.push(box);
      if (before && !isStill.matches) box.animate([{ transform: `translate(${before.x - x}px, ${before.y - y}px)` }, { transform: "none" }], { duration: glide, easing: "ease-out" });
      if (kind === "moves") stood.set(tile, { x, y });
    }

    // The places of a number within the images of one example, if it is of that example.
    function within(element, places) {
      const own = numbers(places);
      return element.dataset.example && String(own.shift()) !== element.dataset.example || own.length < 3 ? undefined : own;
    }
    const sameChannel = (tile, channel) => !tile.dataset.channel || Number(tile.dataset.channel) === channel;

    // A pixel of an image or of a feature map, and a weight of a kernel.
    function point({ letter, layer, places }) {
      for (const tile of document.querySelectorAll(`image[data-pixels~="${letter + layer}"]`)) {
        const own = within(tile, places);
        if (own && sameChannel(tile, own.at(-1))) frame(tile, [own[0] - 1, own[1] - 1, 1, 1], "pixel");
      }
    }

    // What the number that a line is about is made of, in a layer that sees: a window of what it reads, of the channels of its group.
    function see({ letter, layer, places }) {
      for (const sight of document.querySelectorAll(`.sight[data-makes~="${letter + layer}"]`)) {
        const own = within(sight, places);
        if (!own) continue;
        const [tall, wide, down, across, above, before, read, made] = sight.dataset.window.split(" ").map(Number);
        const [row, column, channel] = own, top = (row - 1) * down - above, left = (column - 1) * across - before;
        for (const tile of sight.querySelectorAll("image[data-pixels]")) {
          const { pixels, rows, columns } = tile.dataset;
          if (pixels === sight.dataset.reads) {
            if (tile.dataset.channel && Math.ceil(tile.dataset.channel / read) !== Math.ceil(channel / made)) continue;
            const [first, start] = [Math.max(0, top), Math.max(0, left)];
            frame(tile, [first, start, Math.min(rows, top + tall) - first, Math.min(columns, left + wide) - start], "moves");
          } else if (pixels !== sight.dataset.makes && sameChannel(tile, channel)) frame(tile, [0, 0, rows, columns], "kernel");
        }
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
          if (asked.places.includes(",")) { if (symbol === symbols[0]) see(asked); point(asked); }
        }
      }
    }

    const symbolsOf = line => [...line.querySelectorAll("[data-symbol]")].map(one => one.dataset.symbol);

    const make = (name, words, listen) => { const one = document.createElement(name); one.textContent = words; if (listen) one.addEventListener("click", listen); return one; };
    const small = number => [...String(number)].map(digit => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

    // A window is moved by hand over all places, or moves by itself.
    function moving(sight, map) {
      const { rows, columns } = map.dataset, count = rows * columns, bar = make("div", ""), said = make("output", ""), range = document.createElement("input");
      let channel = 1, timer;
      const isLast = () => Number(range.value) >= count;
      function move(to) {
        range.value = to;
        const row = Math.ceil(range.value / columns), column = (range.value - 1) % columns + 1;
        light([sight.dataset.makes.split(" ")[0] + [sight.dataset.example, row, column, channel].filter(Boolean).map(small).join(",")]);
        said.textContent = `Row ${row}, column ${column}, map ${channel}`;
      }
      function pause() { clearInterval(timer); timer = undefined; glide = 300; play.textContent = "Move the window"; }
      const play = make("button", "Move the window", () => {
        if (timer) { pause(); return; }
        play.textContent = "Pause";
        glide = Math.max(60, 8000 / count);
        move(isLast() ? 1 : range.value);
        timer = setInterval(() => {
          if (sight.isConnected) move(Number(range.value) + 1);
          if (isLast() || !sight.isConnected) pause();
        }, glide);
      });
      for (const [name, value] of Object.entries({ type: "range", min: 1, max: count, value: 1, "aria-label": "Where the window stands" })) range.setAttribute(name, value);
      range.addEventListener("input", () => { pause(); move(range.value); });
      sight.addEventListener("pointermove", event => {
        const tile = event.target;
        if (timer || tile.dataset?.pixels !== sight.dataset.makes) return;
        const box = tile.getBoundingClientRect(), at = (share, extent) => Math.max(0, Math.min(extent - 1, Math.floor(share * extent)));
        channel = Number(tile.dataset.channel);
        move(at((event.clientY - box.top) / box.height, rows) * columns + at((event.clientX - box.left) / box.width, columns) + 1);
      });
      bar.className = "moving";
      bar.append(play, range, said);
      sight.append(bar);
    }

    function tell(root, title = "The story of this cycle") {
      const lines = [...root.querySelectorAll(".equation:not(.factor):not(.part), ul.given, .verdict")].filter(line => !line.classList.contains("verdict") || line.dataset.last !== undefined);
      let place = -1, timer;
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
      for (const sight of root.querySelectorAll(".sight:not(:has(.moving))")) {
        const map = [...sight.querySelectorAll("image")].find(tile => tile.dataset.pixels === sight.dataset.makes);
        if (map) moving(sight, map);
      }
      if (!root.dataset.tells) {
        root.dataset.tells = "";
        root.addEventListener("pointerover", event => { const one = event.target.closest?.("[data-symbol]"); if (one) light([one.dataset.symbol]); });
        root.addEventListener("pointerleave", unlight);
      }
      return { pause };
    }

    """#
}
