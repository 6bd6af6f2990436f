// What a network answers over the plane, with the points.

import { at, bytes, classColours, colour, fill, html, paint, palette, text } from "./shapes.js";

const size = 420, mostDots = 5000;

/** A picture of the answers; `listen` is told the place where it is clicked, in the unit of the data. */
export class Plane {
  constructor(title, listen) {
    this.canvas = html("canvas", { width: size, height: size, tabindex: 0, role: "img" });
    this.element = html("figure", {}, html("div", { class: "plane" }, this.canvas, title && html("p", {}, title)), this.axes = html("figcaption", { class: "axes" }));
    this.buffer = document.createElement("canvas");
    this.canvas.addEventListener("pointerdown", event => {
      const box = this.canvas.getBoundingClientRect();
      listen((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    });
  }

  show(points) {
    this.points = points;
    const { x, y } = points;
    this.axes.replaceChildren(html("span", {}, `${text(x.low)} ≤ ${x.name} ≤ ${text(x.high)}`), html("span", {}, `${text(y.low)} ≤ ${y.name} ≤ ${text(y.high)}`));
    const targets = points.targets.filter(Number.isFinite);
    this.middle = points.labels.length ? 0 : (Math.max(...targets) + Math.min(...targets)) / 2;
    this.reach = points.labels.length ? 1 : (Math.max(...targets) - Math.min(...targets)) / 2 || 1;
  }

  place(share, isUp) {
    const axis = isUp ? this.points.y : this.points.x;
    return axis.low + (isUp ? 1 - share : share) * (axis.high - axis.low);
  }

  draw({ surface }, held) {
    const context = this.canvas.getContext("2d");
    const colours = palette();
    if (surface?.kind === "classes") this.paintClasses(surface);
    else if (surface) paint(this.buffer, surface.picture, colours, surface.kind === "probability" ? 0.5 : this.middle);
    context.imageSmoothingEnabled = true;
    context.clearRect(0, 0, size, size);
    context.globalAlpha = 0.75;
    if (surface) context.drawImage(this.buffer, 0, 0, size, size);
    context.globalAlpha = 1;
    this.dots(context, colours, held);
    const { labels } = this.points;
    this.canvas.setAttribute("aria-label", `What the network answers over ${this.points.x.name} and ${this.points.y.name}, and ${this.points.xs.length} points of ${labels.join(", ") || this.points.target}`);
  }

  paintClasses({ picture, classes }) {
    const { width: side, height } = picture;
    [this.buffer.width, this.buffer.height] = [side, height];
    const context = this.buffer.getContext("2d"), shares = bytes(picture.levels), names = bytes(classes);
    for (let place = 0; place < shares.length; place += 1) {
      context.globalAlpha = 0.15 + 0.85 * (shares[place] / 255);
      context.fillStyle = colour(classColours[names[place] % classColours.length]);
      context.fillRect(place % side, Math.floor(place / side), 1, 1);
    }
  }

  dots(context, colours, held) {
    const { xs, ys, targets, parts, labels, x, y } = this.points;
    const edge = colour("--card"), ink = colour("--text");
    for (let place = 0; place < Math.min(xs.length, mostDots); place += 1) {
      if (xs[place] === null || ys[place] === null || targets[place] === null) continue;
      const across = ((xs[place] - x.low) / (x.high - x.low)) * size, down = (1 - (ys[place] - y.low) / (y.high - y.low)) * size;
      if (labels.length) context.fillStyle = colour(classColours[targets[place] % classColours.length]);
      else {
        const step = Math.max(0, Math.min(255, Math.round(((targets[place] - this.middle) / this.reach + 1) * 127.5)));
        context.fillStyle = `rgb(${colours[4 * step]} ${colours[4 * step + 1]} ${colours[4 * step + 2]})`;
      }
      context.strokeStyle = parts[place] === "train" ? edge : ink;
      context.lineWidth = place === held ? 4 : 1.3;
      context.beginPath();
      // What the network does not learn from has corners.
      if (parts[place] === "train") context.arc(across, down, place === held ? 8 : 4.5, 0, 7);
      else context.rect(across - 4, down - 4, 8, 8);
      context.fill();
      context.stroke();
    }
  }

  /** The number of the row that lies nearest to a place of the picture; undefined for none near. */
  nearest(share, down) {
    const { xs, ys, x, y } = this.points;
    let best, least = 0.03 ** 2;
    for (let place = 0; place < xs.length; place += 1) {
      if (xs[place] === null || ys[place] === null) continue;
      const far = ((xs[place] - x.low) / (x.high - x.low) - share) ** 2 + (1 - (ys[place] - y.low) / (y.high - y.low) - down) ** 2;
      if (far < least) [best, least] = [place, far];
    }
    return best;
  }
}

export function legend(points) {
  fill(at("legend"),
    ...points.labels.slice(0, 8).map((label, place) => {
      const dot = html("b", {}, "● ");
      dot.style.color = `var(${classColours[place % classColours.length]})`;
      return html("span", {}, dot, `${label} `);
    }),
    html("span", {}, points.labels.length ? "" : `${points.target}: blue is low, orange high. `),
    html("span", {}, "Circles are learned from, squares are not. Click a point to follow it."),
    points.xs.length > mostDots && html("span", {}, ` The first ${mostDots.toLocaleString("en")} of ${points.xs.length.toLocaleString("en")} are drawn.`));
}
