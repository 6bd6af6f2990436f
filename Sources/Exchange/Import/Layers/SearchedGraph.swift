import Engine
import Networks

/// A recording as layers are looked for in it: what of it begins and ends where, and which of its values have the
/// same numbers in the same order.
struct SearchedGraph {
  let recording: GraphRecording
  var entries: [GraphRecording.Entry] { recording.entries }
  /// Whether each value depends on the input.
  let depends: [Bool]
  /// Values behind which nothing from before is used, from the input to the last.
  let cuts: [Int]
  /// Of each value at two batches; what is equal at both is equal at all.
  private let shapes: [[TensorShape]]
  /// What counts as the input, before which nothing is looked at.
  private(set) var start: Int

  static let batches = [3, 5]

  init(_ recording: GraphRecording) throws {
    self.recording = recording
    depends = recording.dependence
    start = depends.firstIndex(of: true) ?? 0
    let last = recording.entries.count - 1
    cuts = Set([start, last]).union(recording.cuts(depends)).sorted()
    shapes = try recording.entries.map { entry in
      try Self.batches.map { try entry.extents.shape(batch: $0) }
    }
  }

  func from(_ start: Int) -> SearchedGraph {
    var graph = self
    graph.start = start
    return graph
  }

  /// The extents of a value at each of two batches.
  func shapes(_ place: Int) -> [TensorShape] { shapes[place] }

  /// How many numbers a value has at each of two batches.
  func counts(_ place: Int) -> [Int] { shapes[place].map(\.count) }

  /// The shape of one example of a value whose first axis is the batch.
  func example(_ place: Int) -> TensorShape? {
    try? TensorShape(checking: Array(shapes[place][0].extents.dropFirst()))
  }

  /// The op that makes a value, unless it counts as the input.
  func op(_ place: Int) -> (any Op)? {
    guard place != start, case .op(let op) = entries[place].source else { return nil }
    return op
  }

  /// The number that stands everywhere in a value; nil for any other value.
  func constant(_ place: Int) -> Float? {
    let place = plain(place)
    guard place != start, case .constant(let number) = entries[place].source else { return nil }
    return Float(number)
  }

  // MARK: The same numbers in the same order

  /// The value of which this one has all numbers in their order, perhaps in another shape.
  func plain(_ place: Int) -> Int {
    var place = place
    while let next = sameNumbers(place) { place = next }
    return place
  }

  private func sameNumbers(_ place: Int) -> Int? {
    guard let op = op(place), let source = entries[place].inputs.first else { return nil }
    switch op {
    case is Ops.Reshape: return source
    case is Ops.Broadcast:
      return counts(place) == counts(source) || constant(source) != nil ? source : nil
    case is Ops.Slice, is Ops.Pad, is Ops.Concatenate:
      return entries[place].inputs.count == 1 && counts(place) == counts(source) ? source : nil
    case let turn as Ops.Transpose:
      if Turn.all(shapes[source], turn.order).allSatisfy(\.isNone) { return source }
      // Turned there and back.
      guard let before = self.op(source) as? Ops.Transpose else { return nil }
      let first = entries[source].inputs[0]
      let order = turn.order.map { before.order[$0] }
      return Turn.all(shapes[first], order).allSatisfy(\.isNone) ? first : nil
    default: return nil
    }
  }

  /// How axes are exchanged, without those of extent 1 and with those that stay beside each other as one.
  struct Turn: Equatable {
    /// Of each part of the result its extent and where it comes from.
    private let parts: [[Int]]
    var isNone: Bool { parts.count <= 1 }

    init(_ shape: TensorShape, _ order: [Int]) {
      let long = (0..<shape.rank).filter { shape[$0] != 1 }
      let ranks = Dictionary(uniqueKeysWithValues: long.enumerated().map { ($1, $0) })
      var parts: [(first: Int, last: Int, extent: Int)] = []
      for axis in order {
        guard let rank = ranks[axis] else { continue }
        if let part = parts.last, part.last + 1 == rank {
          parts[parts.count - 1] = (part.first, rank, part.extent * shape[axis])
        } else {
          parts.append((rank, rank, shape[axis]))
        }
      }
      self.parts = parts.map { [$0.first, $0.extent] }
    }

    static func all(_ shapes: [TensorShape], _ order: [Int]) -> [Turn] {
      shapes.map { shape in Turn(shape, order) }
    }
  }

  /// How a value is repeated: the extents of what is kept and of what is repeated, in turn.
  func repetition(_ place: Int, _ op: Ops.Broadcast) -> [[Int]] {
    shapes[place].map { shape in
      var parts: [(isKept: Bool, extent: Int)] = []
      for axis in 0..<shape.rank where shape[axis] != 1 {
        let isKept = op.axes.contains(axis)
        if let part = parts.last, part.isKept == isKept {
          parts[parts.count - 1].extent *= shape[axis]
        } else {
          parts.append((isKept, shape[axis]))
        }
      }
      return parts.map { $0.isKept ? $0.extent : -$0.extent }
    }
  }

  /// Where a slice lies in the value that is cut first.
  func box(_ place: Int, _ op: Ops.Slice) -> (source: Int, starts: [Int]) {
    var (source, starts) = (entries[place].inputs[0], op.starts)
    while true {
      let inner = plain(source)
      guard let cut = self.op(inner) as? Ops.Slice, shapes[inner] == shapes[source] else {
        return (source, starts)
      }
      starts = zip(starts, cut.starts).map { $0 + $1 }
      source = entries[inner].inputs[0]
    }
  }

  // MARK: Windows

  /// Windows with the zeros that were put around their images before.
  struct Windows {
    var window: Window
    /// The images.
    var source: Int
    /// Whether zeros were put around them by an op of its own.
    var isPadded = false
  }

  func windows(_ place: Int, _ window: Window) -> Windows {
    let source = entries[place].inputs[0]
    let plain = Windows(window: window, source: source)
    // A sequence's zeros are put before it becomes an image of one row.
    let pad = self.op(source) is Ops.Pad ? source : self.plain(source)
    guard let op = self.op(pad) as? Ops.Pad else { return plain }
    let inner = entries[pad].inputs[0]
    let (before, after) = (op.before, op.after)
    func isAround(_ axes: Range<Int>) -> Bool {
      before.indices.allSatisfy { axes.contains($0) || before[$0] == 0 && after[$0] == 0 }
    }
    switch before.count {
    case 4 where isAround(1..<3) && pad == source:
      return Windows(
        window: Window(
          rows: window.rows.wider(before[1], after[1]),
          columns: window.columns.wider(before[2], after[2])), source: inner, isPadded: true)
    case 3 where isAround(1..<2) && shapes[source].allSatisfy({ $0.rank == 4 && $0[1] == 1 }):
      return Windows(
        window: Window(
          rows: window.rows, columns: window.columns.wider(before[1], after[1])), source: inner,
        isPadded: true)
    default: return plain
    }
  }

  /// Whether no number of a value is below 0, so that zeros around it are never the largest.
  func isNeverNegative(_ place: Int) -> Bool {
    guard case .op(let op) = entries[plain(place)].source else { return false }
    switch op {
    case is Ops.ReLU, is Ops.ReLU6, is Ops.Sigmoid, is Ops.Softmax: return true
    case let clip as Ops.Clip: return clip.low >= 0
    default: return false
    }
  }
}

extension WindowAxis {
  fileprivate func wider(_ before: Int, _ after: Int) -> WindowAxis {
    WindowAxis(
      size: size, stride: stride, dilation: dilation, before: self.before + before,
      after: self.after + after)
  }
}
