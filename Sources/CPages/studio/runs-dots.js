// Dots over a scatter that can be clicked, or walked by arrow keys.

import { svg, text } from "./shapes.js";

const near = 12;

/**
 * A layer over the drawing, which the engine made: it has the same places.
 * @param choose is told the number of the dot that somebody wants to see.
 */
export function dots({ places, values, width, height }, choose) {
  // From left to right, as arrow keys walk.
  const order = places.map((_, place) => place).sort((a, b) => places[a][0] - places[b][0] || places[a][1] - places[b][1]);
  let held = -1;
  const mark = svg("circle", { r: 6, class: "dot", visibility: "hidden" });
  const name = dot => `Row of the dot at true ${text(values[dot][0])}, predicted ${text(values[dot][1])}`;
  const hold = dot => {
    held = order.indexOf(dot);
    mark.setAttribute("cx", places[dot][0]);
    mark.setAttribute("cy", places[dot][1]);
    mark.setAttribute("visibility", "visible");
    layer.setAttribute("aria-label", `${name(dot)}; dot ${held + 1} of ${places.length}`);
  };
  const nearest = event => {
    const box = layer.getBoundingClientRect(), at = [(event.clientX - box.left) * width / box.width, (event.clientY - box.top) * height / box.height];
    let best, least = near;
    places.forEach((place, dot) => {
      const far = Math.hypot(place[0] - at[0], place[1] - at[1]);
      if (far < least) [best, least] = [dot, far];
    });
    return best;
  };
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 20, PageDown: -20, Home: -Infinity, End: Infinity };
  const layer = svg("svg", { class: "dots", viewBox: `0 0 ${width} ${height}`, tabindex: 0, role: "button", "aria-roledescription": "dots of a chart", "aria-label": `Rows of ${places.length} dots; arrow keys choose one, Enter shows it`,
    onpointermove: event => { layer.classList.toggle("near", nearest(event) !== undefined); },
    onclick: event => {
      const dot = nearest(event);
      if (dot !== undefined) { hold(dot); choose(dot); }
    },
    onkeydown: event => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (held >= 0) choose(order[held]);
        return;
      }
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      hold(order[Math.max(0, Math.min(order.length - 1, held + step))]);
    } }, mark);
  return layer;
}
