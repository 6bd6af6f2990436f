import ArgumentParser
import Codecs
import Diagnosis
import Formatting
import Glassbox

/// `glassbox evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score a model on data that have the true answers.",
    discussion: """
      glassbox evaluate runs/students students.csv
      glassbox evaluate runs/animals animals --json
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: "A CSV file, - for standard input, images:labels, or a folder of images.",
    completion: .file())
  var data: String
  @Option(help: "Threads; changes no bit of the result.")
  var threads = 1
  @Flag(help: "Leave out images that cannot be read.")
  var skipBad = false
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: String
    let data: String
    let task: LearningTask
    let rows: Int
    let loss: Double
    var accuracy: Double?
    var rmse: Double?
    var mae: Double?
    var r2: Double?
    var interval: [Double]?
    var labels: [String]?
    /// Rows are true classes, columns predicted ones.
    var confusion: [[Int]]?
    let scores: Evaluation
    let weightsSHA256: String

    enum CodingKeys: String, CodingKey {
      case model, data, task, rows, loss, accuracy, rmse, mae, r2, interval, labels, confusion
      case scores
      case weightsSHA256 = "weights_sha256"
    }
  }

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads: 1 to 1024") }
  }

  func run() throws {
    let trained = try openModel(model)
    var configuration = RunConfiguration()
    configuration.data.skipBad = skipBad
    try configuration.check(for: DataLocation(data))
    let dataset = try PreparedData.read(
      data, with: trained.preprocessing, configuration: configuration, decoders: .standard)
    for note in dataset.notes { output.note(note) }
    let evaluation = try trained.evaluate(dataset, threads: threads)
    do {
      try keep(evaluation)
    } catch let problem as Problem {
      // The scores are what was asked for; a run that cannot be written to still has them.
      output.note("the run's report stays as it was: \(problem)")
    }
    guard output.json else {
      print("loss \(evaluation.loss.shortText) on \(evaluation.rows) rows\n")
      print(evaluation.text, terminator: "")
      return
    }
    var result = Result(
      model: try RunFolder.modelFile(of: model), data: data, task: trained.task,
      rows: evaluation.rows,
      loss: evaluation.loss,
      scores: evaluation, weightsSHA256: trained.model.weightsSHA256)
    let leading = evaluation.leading.score
    if let low = leading.low, let high = leading.high { result.interval = [low, high] }
    if let report = evaluation.classification {
      result.accuracy = report.accuracy.value
      result.confusion = report.confusion
      result.labels = trained.labels
    }
    // Numbers of several targets have no common unit.
    if let regression = evaluation.regression {
      result.r2 = regression.average.r2.value
      if regression.outputs.count == 1 {
        (result.rmse, result.mae) = (regression.average.rmse.value, regression.average.mae.value)
      }
    }
    try printJSON(result)
  }

  /// Adds the scores to the run's report; a model file alone has none.
  private func keep(_ evaluation: Evaluation) throws {
    guard let folder = try? RunFolder(existing: model), folder.has(.report) else { return }
    var report = try RunReport(of: folder)
    report.add(.init(data: data, evaluation: evaluation))
    try report.write(to: folder)
  }
}
