// A network that becomes wider or deeper by a click.

/** Takes away what says how the network is built. */
export function dropNetwork(settings) {
  for (const name of ["network", "hidden", "activation", "dropout"]) delete settings.run[name];
  return settings;
}

/** Are its layers more than a row of dense ones? Then each is changed by itself. */
const isMixed = ({ run }, { layers }) => run.network || layers.some(layer => layer.kind !== "dense" && layer.kind !== "dropout");

const hiddenLayers = ({ run }, { layers }) => run.hidden ?? layers.filter(layer => layer.kind === "dense").slice(0, -1).map(layer => layer.shape[0]);

export function wider(settings, network, layer, by) {
  if (isMixed(settings, network)) {
    const list = structuredClone(network.architecture), own = list[layer.place], key = own.units === undefined ? "filters" : "units";
    if (!(own[key] + by >= 1)) throw new Error("Change this layer below, under the layers one by one.");
    own[key] += by;
    dropNetwork(settings).run.network = list;
    return;
  }
  const hidden = hiddenLayers(settings, network), place = network.layers.filter(one => one.kind === "dense").findIndex(one => one.name === layer.name);
  hidden[place] += by;
  if (hidden[place] < 1) throw new Error("A layer has at least one unit; take the layer away instead.");
  settings.run.hidden = hidden;
}

export function deeper(settings, network, by) {
  if (isMixed(settings, network)) throw new Error("The layers of this network are given one by one: add and take away below.");
  const hidden = hiddenLayers(settings, network);
  if (by > 0) hidden.push(hidden.at(-1) ?? 4);
  else if (hidden.length > 1) hidden.pop();
  else throw new Error("One hidden layer is left, and the settings of a run want one.");
  settings.run.hidden = hidden;
}
