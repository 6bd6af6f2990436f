import Explaining

/// Where a number comes from, for the page: the sections of a trace, written as HTML by the same hand as the
/// pages of traces.
struct TracedNumber: Encodable {
  struct Section: Encodable {
    let kind: Trace.Section.Kind
    let title: String
    let html: String
  }

  let title: String
  let loss: Float
  let newLoss: Float
  let sections: [Section]
  /// The layers that symbols count.
  let layers: [String]
  /// The row that is looked at; nil for a step and for numbers by hand.
  let row: PlaygroundRow?
  /// The numbers themselves.
  let trace: Trace

  private enum CodingKeys: String, CodingKey {
    case title, loss, sections, layers, row, trace
    case newLoss = "new_loss"
  }

  init(_ trace: Trace, row: PlaygroundRow?) {
    (self.trace, self.row, layers) = (trace, row, trace.layers)
    (title, loss, newLoss) = (trace.title, trace.loss, trace.newLoss)
    sections = trace.sections.map {
      Section(kind: $0.kind, title: $0.title, html: $0.linesHTML)
    }
  }
}
