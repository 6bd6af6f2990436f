import Engine
package import Explaining

/// Where a number of a layer comes from, for a page: the formulas written by the same hand as the pages of
/// traces, and their summands one by one.
package struct PictureCell: Encodable, Sendable {
  /// A summand of a weighted sum.
  package struct Term: Encodable, Sendable {
    /// What stands before the weight: nil for a bias.
    package var input: TracedCell.Place?
    package var inputValue: Double
    /// Nil for a number that is added as it is.
    package var weight: String?
    /// Of the weight in its parameter, row by row.
    package var cell: Int?
    package var weightValue: Double
    package var value: Double

    private enum CodingKeys: String, CodingKey {
      case input, weight, cell, value
      case inputValue = "input_value"
      case weightValue = "weight_value"
    }
  }

  /// A number that it is computed from.
  package struct Read: Encodable, Sendable {
    package var place: TracedCell.Place
    package var value: Float
  }

  package var turn: Int
  package var layer: Int
  package var cell: Int
  /// The number itself.
  package var value: Float
  /// As HTML.
  package var formulas: String
  /// The numbers that it is computed from.
  package var reads: [Read]
  package var readsLeftOut: Int
  /// The largest, in the order of the sum; nil for what is no weighted sum.
  package var terms: [Term]
  /// How many are not told, and what they come to.
  package var termsLeftOut: Int
  package var sumLeftOut: Double
  /// The weighted sum, the engine's number; nil for none.
  package var sum: Float?
  /// The number that a maximum chose.
  package var winner: TracedCell.Place?

  private enum CodingKeys: String, CodingKey {
    case turn, layer, cell, value, formulas, reads, terms, sum, winner
    case readsLeftOut = "reads_left_out"
    case termsLeftOut = "terms_left_out"
    case sumLeftOut = "sum_left_out"
  }
}

extension TracedCell.Place: Encodable {
  private enum CodingKeys: String, CodingKey { case layer, step, cell }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(layer, forKey: .layer)
    try fields.encode(step, forKey: .step)
    try fields.encode(cell, forKey: .cell)
  }
}

extension PictureBoard {
  /// More summands are counted.
  private static let mostTerms = 2000

  /// Where a number of a layer comes from.
  ///
  /// - Parameter cell: in what the layer gives on, row by row, counted from 0.
  /// - Throws: `Problem` for a place that there is not.
  package func cell(layer: Int, _ cell: Int) throws -> PictureCell {
    let traced = try pass.cell(layer: layer, cell)
    let terms = Self.largest(traced.terms)
    return PictureCell(
      turn: turn, layer: layer, cell: cell, value: try pass.values(ofLayer: layer)[cell],
      formulas: traced.section.linesHTML, reads: try pass.reads(traced),
      readsLeftOut: max(0, traced.reads.count - TracedPass.mostReads),
      terms: terms.map {
        PictureCell.Term(
          input: $0.input, inputValue: $0.inputValue, weight: $0.weight?.name,
          cell: $0.weight?.cell, weightValue: $0.weightValue, value: $0.value)
      }, termsLeftOut: traced.terms.count - terms.count,
      sumLeftOut: traced.terms.count == terms.count
        ? 0 : traced.terms.reduce(0) { $0 + $1.value } - terms.reduce(0) { $0 + $1.value },
      sum: traced.sumLine.map { traced.section.lines[$0].value }, winner: traced.winner)
  }

  private static func largest(_ terms: [TracedCell.Term]) -> [TracedCell.Term] {
    guard terms.count > mostTerms else { return terms }
    let places = terms.indices.sorted { terms[$0].value.magnitude > terms[$1].value.magnitude }
    return places.prefix(mostTerms).sorted().map { terms[$0] }
  }
}

extension TracedPass {
  /// More numbers that are read are counted.
  static let mostReads = 4000

  /// The numbers that one is computed from: of a convolution or a pool the window.
  func reads(_ traced: TracedCell) throws -> [PictureCell.Read] {
    var known: [[Int]: [Float]] = [:]
    return try traced.reads.prefix(Self.mostReads).map { place in
      let step = [place.layer, place.step]
      let values = try known[step] ?? values(ofLayer: place.layer, step: place.step)
      known[step] = values
      return PictureCell.Read(place: place, value: values[place.cell])
    }
  }
}
