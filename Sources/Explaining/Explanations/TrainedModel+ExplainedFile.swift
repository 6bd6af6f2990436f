import Datasets
import Engine
import Networks
package import Training

extension TrainedModel {
  /// The inputs of one row of a table, or of an image of a file; the target column is not looked at.
  ///
  /// - Parameters:
  ///   - row: counted from 1.
  ///   - settings: how the file is laid out; what training found out need not be said.
  /// - Throws: `Problem` for a file that is missing or of another kind, a row that it does not have, and one
  ///   that cannot be read.
  package func inputs(
    ofRow row: Int, in path: String, _ settings: DataSettings
  ) throws -> PreparedInputs {
    let (examples, notes) =
      preprocessing.imageShape == nil
      ? try rows(of: path, settings, row) : try images(of: path, settings)
    try Self.check(row, of: examples.count, in: path)
    try checkTokens(examples, in: path)
    var inputs = PreparedInputs()
    inputs.add(examples[row - 1], notes: notes)
    try examples.check()
    return inputs
  }

  private static func check(_ row: Int, of count: Int, in path: String) throws {
    guard row >= 1, row <= count else {
      throw Problem.data("row", expected: "1 to \(count), the rows of \(path)", found: "\(row)")
    }
  }

  private func rows(
    of path: String, _ settings: DataSettings, _ row: Int
  ) throws -> (Examples, notes: [String]) {
    var options = preprocessing.tableOptions(needsTarget: false, options: settings.tableOptions)
    options.keepsBadRows = !settings.strict
    let table = try DataTable(path: path, options: options, decoders: decoders)
    try Self.check(row, of: table.count, in: path)
    let encoding = try preprocessing.encoding(table)
    if let problem = encoding.problems[row - 1] ?? table.badRows[row - 1] { throw problem }
    let unseen = preprocessing.unseen(in: table, rows: [row - 1])
    if settings.strict { try unseen.refuse() }
    return (encoding.inputs, unseen.notes)
  }

  private func images(
    of path: String, _ settings: DataSettings
  ) throws -> (Examples, notes: [String]) {
    guard try !Self.listsImages(path) else {
      throw Problem.data(
        path, expected: "an image, as in training", found: "a table",
        fix: "give one of the images that it names")
    }
    var source = try FileSource.opening(path)
    let bytes = try source.readAll(limit: 1 << 32)
    let note = try preprocessing.noteOnImagesAlone(strict: settings.strict, at: source.name)
    let notes = note.map { [$0] } ?? []
    if IDX.isIDX(bytes) {
      let images = try IDX(bytes, name: source.name, gunzip: decoders.gunzip)
      return (try preprocessing.encode(images), notes)
    }
    let decoder = try settings.limiting(decoders).imageDecoder(for: path)
    return (try inputs(of: bytes, source.name, decodedBy: decoder), notes)
  }
}
