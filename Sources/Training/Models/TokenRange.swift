public import Datasets
import Engine
import Networks

/// The inputs of a network that begins with an embedding: whole numbers, each the place of a row.
///
/// An embedding makes anything else not a number, so it is looked for where its row can be named.
struct TokenRange {
  let tokens: Int

  /// - Returns: nil for a network that reads no tokens.
  init?(of layers: [any Layer]) {
    guard let embedding = layers.leadingEmbedding else { return nil }
    tokens = embedding.tokens
  }

  /// - Parameters:
  ///   - names: of the inputs, if they have names.
  ///   - place: what the rows are counted in, such as a file's name.
  /// - Throws: `Problem` for the first input that is no token.
  func check(_ inputs: Examples, names: [String], in place: String) throws {
    for row in 0..<inputs.count {
      if let problem = problem(inputs[row], row: row, names: names, in: place) { throw problem }
    }
  }

  /// What is wrong with the inputs of one row, counted from 0; nil if each is a token.
  func problem(
    _ numbers: some RandomAccessCollection<Float>, row: Int, names: [String], in place: String
  ) -> Problem? {
    guard let bad = numbers.enumerated().first(where: { !isToken($0.element) }) else { return nil }
    let column =
      names.indices.contains(bad.offset)
      ? "column `\(names[bad.offset])`" : "input \(bad.offset + 1)"
    return Problem.data(
      "\(place), row \(row + 1), \(column)",
      expected: "a token, a whole number from 0 to \(tokens - 1)", found: "\(bad.element)",
      fix: "correct it, or train with an embedding of more tokens")
  }

  private func isToken(_ number: Float) -> Bool {
    number >= 0 && number < Float(tokens) && number == number.rounded()
  }
}

extension TrainedModel {
  /// The network's layers.
  var layers: [any Layer] { model.layers }

  /// - Throws: `Problem` for an input that the network's embedding has no row for.
  public func checkTokens(_ inputs: Examples, in place: String = "data") throws {
    try TokenRange(of: layers)?.check(inputs, names: preprocessing.inputNames, in: place)
  }
}
