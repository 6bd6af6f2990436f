import Engine
import Networks

/// Which cells of a node are shown.
extension TraceWriter {
  static let mostWhole = 12
  static let mostWholeOfWeights = 24
  static let shownOfMany = 6
  /// How many steps and units of a recurrent layer, each with all its gates.
  private static let shownSteps = 2

  /// The cells that are shown and how many of the chosen ones are not.
  func cells(_ id: Int) -> (shown: [Int], leftOut: Int) {
    if let known = tally.cells[id] { return known }
    let found = chosenCells(id)
    tally.cells[id] = found
    return found
  }

  private func chosenCells(_ id: Int) -> (shown: [Int], leftOut: Int) {
    let shape = reading.graph.records[id].shape
    let isParameter = recorded.before[Node(graph: reading.graph, id: id).variableName ?? ""] != nil
    var all = Array(0..<shape.count)
    // Losses are shown whatever is chosen.
    if reading.lossNodes.contains(id) { return (all, 0) }
    if !isParameter { all = all.filter { !reading.isWithoutName(id, $0) } }
    if selection.weight != nil || selection.neuron != nil {
      all = all.filter { isChosen(id, $0, isParameter: isParameter) }
    }
    let most = isParameter ? Self.mostWholeOfWeights : Self.mostWhole
    guard !selection.showsAll else { return (all, 0) }
    let counted = isParameter ? ofShownNeurons(id, all) : all.filter { counts(id, $0) }
    let total = isParameter ? all.count : counted.count
    guard counted.count > most else { return (inOrder(id, counted), total - counted.count) }
    let own = counted.filter { reading.example(of: id, $0) ?? example == example }
    let node = importance(id)
    let shown =
      reading.stepwise[id] == nil
      ? own.count <= most
        ? own : Self.largest(Self.shownOfMany, of: own) { first.value(node, $0).magnitude }
      : mostLearnedSteps(id, own)
    return (inOrder(id, shown), total - shown.count)
  }

  private func isChosen(_ id: Int, _ cell: Int, isParameter: Bool) -> Bool {
    let shape = reading.graph.records[id].shape
    let position = shape.position(ofFlatIndex: cell).map { $0 + 1 }
    if let weight = selection.weight, isParameter { return position == weight }
    guard let neuron = selection.weight?.suffix(1) ?? selection.neuron?[...] else { return true }
    if let place = reading.stepwise[id]?.place(of: cell, in: shape) {
      return [place.step + 1, place.unit + 1].suffix(neuron.count) == neuron
    }
    // A neuron's weights stand in the last axis, whatever the place of its output; those of the gates of
    // a recurrent layer one after the other.
    guard isParameter else { return position.suffix(neuron.count) == neuron }
    let units = reading.gates(of: id).map { (shape.extents.last ?? 1) / $0.count }
    return ((position.last ?? 1) - 1) % (units ?? .max) + 1 == neuron.last
  }

  /// Does the step that a cell belongs to count, or is it padding?
  func counts(_ id: Int, _ cell: Int) -> Bool {
    guard let mask = reading.masks.min(), let step = reading.step(of: id, cell),
      let example = reading.example(of: id, cell)
    else { return true }
    let steps = reading.graph.records[mask].shape[1]
    return step >= steps || first.value(mask, example * steps + step) > 0.5
  }

  /// All cells of those steps and units of a recurrent layer that learn most.
  private func mostLearnedSteps(_ id: Int, _ all: [Int]) -> [Int] {
    struct Place: Hashable { var step, unit: Int }
    func place(_ id: Int, _ cell: Int) -> Place? {
      reading.stepwise[id].map { op in
        let place = op.place(of: cell, in: reading.graph.records[id].shape)
        return Place(step: place.step, unit: place.unit)
      }
    }
    let block = reading.blocks.first { $0.nodes.contains(id) || $0.between.contains(id) }
    let deltas = block?.between.first ?? id
    var sizes: [Place: Float] = [:]
    for cell in 0..<reading.graph.records[deltas].shape.count
    where reading.example(of: deltas, cell) == example && counts(deltas, cell) {
      guard let place = place(deltas, cell) else { continue }
      sizes[place, default: 0] += first.value(deltas, cell).magnitude
    }
    let largest = sizes.sorted {
      ($1.value, $0.key.step, $0.key.unit) < ($0.value, $1.key.step, $1.key.unit)
    }
    let shown = Set(largest.prefix(Self.shownSteps).map(\.key))
    return all.filter { cell in place(id, cell).map(shown.contains) ?? true }
  }

  /// Steps one after the other, and in each the gates before the states that follow from them.
  private func inOrder(_ id: Int, _ cells: [Int]) -> [Int] {
    guard let op = reading.stepwise[id] else { return cells }
    let shape = reading.graph.records[id].shape
    func key(_ cell: Int) -> [Int] {
      let place = op.place(of: cell, in: shape)
      return [place.example, place.step, place.unit, place.kind ?? 0]
    }
    return cells.map { (key($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  /// The places with the largest numbers, in their order.
  static func largest(_ count: Int, of all: [Int], by size: (Int) -> Float) -> [Int] {
    var best: [(cell: Int, size: Float)] = []
    for cell in all {
      let size = size(cell)
      guard best.count < count || size > best[best.count - 1].size else { continue }
      let place = best.firstIndex { $0.size < size } ?? best.count
      best.insert((cell, size), at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map(\.cell).sorted()
  }

  /// The cells of a parameter that belong to neurons which are shown; all where a layer's last axis is
  /// not that of its neurons.
  private func ofShownNeurons(_ parameter: Int, _ all: [Int]) -> [Int] {
    let records = reading.graph.records
    let block = reading.blocks.first { $0.parameters.contains(parameter) }
    guard selection.neuron == nil, selection.weight == nil,
      let width = records[parameter].shape.extents.last,
      let node = block?.nodes.last(where: { records[$0].shape.extents.last == width })
    else { return all }
    let (shown, leftOut) = cells(node)
    if leftOut == 0 { return all }
    let columns = Set(shown.map { $0 % width })
    return all.filter { columns.contains($0 % width) }
  }

  /// The node whose size decides. Of one layer, the same neurons are shown at each step: those whose sum
  /// has the largest gradients.
  private func importance(_ id: Int) -> Int {
    let block = reading.blocks.first { $0.nodes.contains(id) }
    let count = reading.graph.records[id].shape.count
    let key = block?.nodes.first { other in
      reading.gradients[other] != nil && reading.graph.records[other].shape.count == count
    }
    return reading.gradients[key ?? id] ?? id
  }

  func note(_ leftOut: Int, _ what: String, _ by: String) -> String {
    leftOut == 0 ? "" : "\(leftOut) more \(what) not shown; these have the largest \(by)."
  }
}
