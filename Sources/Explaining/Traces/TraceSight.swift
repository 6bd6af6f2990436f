import Engine
import Formatting
import Networks

extension Trace {
  /// How a layer looks at an image: through a window that moves over it.
  struct Sight: Sendable {
    /// The layer that looks.
    var layer: String
    /// Whose image it looks at; nil for the input.
    var source: String?
    /// Letters and layer of the numbers that it looks at and of those that it makes.
    var reads, makes: [String]
    var window: Window
    /// A number of its channel is made of as many channels of what it looks at, …
    var channelsRead: Int
    /// … which so many of its own channels share.
    var channelsMade: Int
    /// Which of the batch, counted from 1, where symbols say so.
    var example: Int?

    /// What a script needs to draw the window of any number.
    func html(_ content: String) -> String {
      let (rows, columns) = (window.rows, window.columns)
      func span(_ axis: WindowAxis) -> Int { (axis.size - 1) * axis.dilation + 1 }
      let numbers = [
        span(rows), span(columns), rows.stride, columns.stride, rows.before, columns.before,
        channelsRead, channelsMade,
      ]
      return "<div class=\"sight\" data-reads=\"\(reads.joined(separator: " ").escaped)\" "
        + "data-makes=\"\(makes.joined(separator: " ").escaped)\" "
        + "data-window=\"\(numbers.map(String.init).joined(separator: " "))\""
        + (example.map { " data-example=\"\($0)\"" } ?? "") + ">\n\(content)</div>\n"
    }
  }
}

extension TraceImages {
  /// The layers that look through a window at an image that is drawn.
  func sights(of images: [Trace.LayerImage]) -> [Trace.Sight] {
    reading.blocks.compactMap { block in
      guard let node = block.nodes.first, let op = windowOp(of: node) else { return nil }
      let (source, channels) = read(by: op.node)
      let owner = reading.blocks.first { $0.nodes.last == source }
      guard owner != nil || source == reading.cycle.input.id else { return nil }
      let (seen, made) = (
        images.first { $0.layer == owner?.name && !$0.isKernel },
        images.first { $0.layer == block.name && !$0.isKernel }
      )
      guard let seen, let made else { return nil }
      let filters = reading.graph.records[op.node].shape[3]
      // Several filters for each channel read copies of it.
      let groups = min(channels, op.groups ?? channels)
      return Trace.Sight(
        layer: block.name, source: owner?.name, reads: seen.symbols, makes: made.symbols,
        window: op.window, channelsRead: channels / groups, channelsMade: filters / groups,
        example: made.example)
    }
  }

  /// The op that moves a window, in a node's own formula; `groups` is nil for one that keeps channels
  /// apart.
  private func windowOp(of node: Int) -> (node: Int, window: Window, groups: Int?)? {
    var waiting = [node]
    while let id = waiting.popLast() {
      switch reading.op(id) {
      case let op as Ops.Convolution: return (id, op.window, op.groups)
      case let op as Ops.MaxPool: return (id, op.window, nil)
      case let op as Ops.AveragePool: return (id, op.window, nil)
      default: waiting += reading.graph.records[id].inputs.filter(reading.inlined.contains)
      }
    }
    return nil
  }

  /// What a window moves over, past what only gives it another shape or repeats its channels, and how
  /// many channels that has.
  private func read(by node: Int) -> (source: Int, channels: Int) {
    func shape(_ id: Int) -> TensorShape { reading.graph.records[id].shape }
    var id = reading.graph.records[node].inputs[0]
    var channels = shape(id)[3]
    while reading.inlined.contains(id), reading.graph.records[id].inputs.count == 1 {
      let next = reading.graph.records[id].inputs[0]
      let isAsLarge =
        shape(id).rank > 3 && shape(next).rank > 3
        && shape(id).extents[1...2] == shape(next).extents[1...2]
      guard isAsLarge || shape(id).count == shape(next).count else { break }
      id = next
      if shape(id).rank == 4 { channels = shape(id)[3] }
    }
    return (id, channels)
  }
}
