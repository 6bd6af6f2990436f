import ArgumentParser
import Glassbox

/// `glassbox predict`
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer for new data.",
    discussion: """
      glassbox predict runs/students --input hours=3,sleep=7
      glassbox predict runs/students new.csv --json
      """)

  @Argument(help: "A model file or the folder of a run.")
  var model: String
  @Argument(help: "A CSV file, - for standard input, or an IDX file of images.")
  var data: String?
  @Option(help: "One row: column=value,column=value. A value may be empty if it is missing.")
  var input: String?
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: String
    let labels: [String]?
    let predictions: [Prediction]
  }

  func validate() throws {
    guard (data == nil) != (input == nil) else {
      throw ValidationError("give either a data file or --input, such as --input hours=3,sleep=7")
    }
  }

  func run() throws {
    let (trained, path) = try openModel(model)
    let inputs = try samples(trained.preprocessing)
    let predictions = try trained.predict(inputs, with: Predictor(trained.model))
    guard output.json else { return show(predictions, trained.labels) }
    try printJSON(
      Result(
        model: path, labels: trained.labels.isEmpty ? nil : trained.labels,
        predictions: predictions))
  }

  private func samples(_ preprocessing: Preprocessing) throws -> Samples {
    if let input {
      let row = try row(input)
      return try Samples(
        shape: preprocessing.inputShape, floats: preprocessing.encode(row: row, at: "--input"))
    }
    let location = DataLocation(data!)
    if case .images = preprocessing.inputs {
      return try preprocessing.encode(
        IDX(reading: FileSource.opening(location.paths[0]), gunzip: gunzip))
    }
    let table = try Table(
      reading: FileSource.opening(data!),
      options: preprocessing.tableOptions(needsTarget: false))
    for note in preprocessing.notes(encoding: table) { output.note(note) }
    return try preprocessing.encode(table)
  }

  private func row(_ text: String) throws -> [String: String] {
    var row: [String: String] = [:]
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else {
        throw Failure(
          status: .usage,
          text: "--input: expected column=value, found '\(part)'. Fix: write a=1,b=2")
      }
      row[String(pair[0]).trimmed] = String(pair[1])
    }
    return row
  }

  /// One line a row: the answer, and how sure the model is.
  private func show(_ predictions: [Prediction], _ labels: [String]) {
    for prediction in predictions {
      guard let label = prediction.label, let shares = prediction.probabilities else {
        print(prediction.value.map(\.shortText) ?? "")
        continue
      }
      let ranked = labels.sorted { (shares[$1] ?? 0, $0) < (shares[$0] ?? 0, $1) }
      print(
        label + "  "
          + ranked.prefix(3).map { "\($0) \(Double(shares[$0] ?? 0).text(decimals: 3))" }
          .joined(separator: ", "))
    }
  }
}
