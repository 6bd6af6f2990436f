package import Engine

extension GraphRecording {
  /// What computes one value from another.
  ///
  /// - Parameters:
  ///   - start: what becomes the input of the part.
  ///   - end: what becomes its result.
  package func part(from start: Int, to end: Int) -> GraphRecording {
    // From the end backwards, so that the work is as large as the part.
    var needed: Set<Int> = [start, end]
    var open = start == end ? [] : [end]
    while let place = open.popLast() {
      for input in entries[place].inputs where needed.insert(input).inserted { open.append(input) }
    }
    let kept = needed.sorted()
    let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    return GraphRecording(
      entries: kept.map { place in
        let entry = entries[place]
        return place == start
          ? Entry(source: .input(LearningCycle.inputName), extents: entry.extents)
          : entry.with(inputs: entry.inputs.map { places[$0]! })
      })
  }

  /// The same in parts, one after the other: cut wherever one value alone goes on, so that each part is a
  /// layer that can be kept, left alone or replaced by itself.
  ///
  /// - Parameter isBeginning: whether an op begins a part; what stands before the first belongs to it, and
  ///   what stands behind one up to the next.
  package func parts(where isBeginning: (any Op) -> Bool) -> [GraphRecording] {
    let depends = dependence
    guard let input = depends.firstIndex(of: true) else { return [self] }
    let cuts = cuts(depends)
    // The last cut before an op that begins a part is where it begins.
    var (starts, latest, hasBegun) = ([input], input, false)
    for place in entries.indices where depends[place] {
      if case .op(let op) = entries[place].source, isBeginning(op) {
        if hasBegun, latest > starts.last! { starts.append(latest) }
        hasBegun = true
      }
      if cuts.contains(place) { latest = place }
    }
    let ends = starts.dropFirst() + [entries.count - 1]
    return zip(starts, ends).map { part(from: $0, to: $1) }
  }

  /// For each value the places of what reads it, once for each time.
  package var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: entries.count)
    for (place, entry) in entries.enumerated() {
      for input in entry.inputs { readers[input].append(place) }
    }
    return readers
  }

  /// Whether each value depends on the input.
  package var dependence: [Bool] {
    var depends: [Bool] = []
    for entry in entries {
      if case .input = entry.source {
        depends.append(true)
      } else {
        depends.append(entry.inputs.contains { depends[$0] })
      }
    }
    return depends
  }

  /// Places behind which nothing from before is used but the value itself, neither values nor weights.
  package func cuts(_ depends: [Bool]) -> Set<Int> {
    // Up to where each value is used by what depends on the input; of weights also from where.
    var last = Array(entries.indices)
    var first = [Int](repeating: .max, count: entries.count)
    for place in entries.indices.reversed() {
      for input in entries[place].inputs {
        let (from, to) = depends[place] ? (place, place) : (first[place], last[place])
        last[input] = max(last[input], to)
        first[input] = min(first[input], from)
      }
    }
    // Weights by where they begin to be used.
    var opened: [Int: [Int]] = [:]
    for place in entries.indices {
      if case .variable = entries[place].source, first[place] < .max {
        opened[first[place], default: []].append(place)
      }
    }
    var cuts: Set<Int> = []
    var open = -1
    for place in entries.indices where depends[place] {
      for weight in opened[place] ?? [] { open = max(open, last[weight]) }
      if open <= place, entries[place].extents.isRows { cuts.insert(place) }
      open = max(open, last[place])
    }
    return cuts
  }
}

extension BatchExtents {
  /// Whether the first axis is the batch and no other depends on it.
  fileprivate var isRows: Bool {
    multiples.count > 1 && multiples[0] == 1 && isMultiple(0)
      && multiples.dropFirst().allSatisfy { $0 == 0 }
  }
}
