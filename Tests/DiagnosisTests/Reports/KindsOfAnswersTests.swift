import Datasets
import Engine
import Formatting
import Networks
import TestSupport
import Testing
import Training

@testable import Diagnosis

/// Each kind of answer goes the whole way: a table, a training, a model file, answers, scores, a report
/// and its page.
@Suite struct KindsOfAnswersTests {
  struct Kind: CustomTestStringConvertible {
    let name: String
    let targets: [String]
    var task: LearningTask.Choice?
    var scaling = PreprocessingOptions.TargetScaling.auto
    /// What the page says.
    let words: [String]
    var testDescription: String { name }
  }

  static let kinds = [
    Kind(
      name: "several numbers", targets: ["sum", "difference"],
      words: ["root mean squared error of sum", "R² of difference", "mean R²", "intervals of sum"]),
    Kind(
      name: "a logarithm", targets: ["price"], scaling: .log,
      words: ["root mean squared error", "standardised logarithm", "90\u{a0}% intervals"]),
    Kind(
      name: "labels in columns", targets: ["right", "up"],
      words: ["all labels right", "Hamming loss", "Each label"]),
    Kind(
      name: "labels in a column", targets: ["tags"], task: .multilabel,
      words: ["which of 3 labels", "micro avg"]),
    Kind(
      name: "ordered classes", targets: ["stars"], task: .ordered,
      words: ["quadratic kappa", "ordered classes", "classes in a set"]),
    Kind(name: "classes", targets: ["up"], task: .classification, words: ["90\u{a0}% sets"]),
  ]

  private func experiment(_ kind: Kind) throws -> Experiment {
    var generator = RandomGenerator(seed: 9)
    var text = "x,y,\(kind.targets.joined(separator: ","))\n"
    for _ in 0..<200 {
      let (x, y) = (generator.normal(), generator.normal())
      let cells: [String: String] = [
        "sum": "\(x + y)", "difference": "\(100 * (x - y))", "price": "\(Double.exp(2 * x))",
        "up": y > 0 ? "1" : "0", "right": x > 0 ? "1" : "0",
        "tags": ["all", x > 0 ? "right" : "", y > 0 ? "up" : ""].filter { !$0.isEmpty }
          .joined(separator: ";"),
        "stars": "\(min(5, max(1, Int((3 + x + y / 2).rounded()))))",
      ]
      text += "\(x),\(y),\(kind.targets.map { cells[$0] ?? "" }.joined(separator: ","))\n"
    }
    var configuration = RunConfiguration()
    configuration.data.targets = kind.targets
    configuration.data.task = kind.task
    configuration.data.targetScaling = kind.scaling
    configuration.training.epochs = 12
    configuration.network.hidden = [8]
    configuration.training.learningRate = 0.02
    configuration.training.threads = 1
    let table = try DataTable(reading: MemorySource(Array(text.utf8), name: "table"))
    return try Experiment(configuration, data: PreparedData(table: table, configuration))
  }

  @Test(arguments: kinds) func everyKindGoesTheWholeWay(_ kind: Kind) throws {
    let temporary = try TemporaryFolder()
    let session = try TrainingSession(experiment(kind), in: temporary.path("run"))
    let outcome = try session.learn()
    let (report, model) = try session.conclude(outcome)
    let scores = try #require(report.test?.scores)
    #expect(report.validation?.scores.coverage == nil, "made by these rows")

    // The file answers as the model in memory does.
    let read = try TrainedModel(path: temporary.path("run/model.safetensors"))
    let answers = try read.predict(rows: [["x": 1, "y": -0.5], ["x": -2, "y": 1]])
    #expect(try model.predict(rows: [["x": 1, "y": -0.5], ["x": -2, "y": 1]]) == answers)
    #expect(read.labels == report.labels)
    let text = try JSONText.encode(answers)
    #expect(try JSONText.decode([Prediction].self, from: text, at: "answers") == answers)
    for answer in answers { try check(answer, kind) }

    // What was learned is of use, and the report says so.
    let full = try RunReport(report, of: session.experiment, model: model)
    #expect(full.verdictOfNoUse == nil)
    #expect(scores.leading.score.value.map { $0 > 0 } == true)
    #expect(!scores.text.isEmpty)
    try full.write(to: session.folder)
    let again = try RunReport(of: session.folder)
    #expect(again.findings == full.findings)
    #expect(again.experiment.test?.scores.text == scores.text)
    let page = try ReportPage(full, of: session.folder).html
    try PageChecks.check(page)
    for words in kind.words {
      #expect(page.contains(words) || page.contains(words.typeset), "\(words)")
    }
    if model.task == .multilabel {
      #expect(scores.coverage == nil && scores.multilabel != nil)
    } else {
      #expect(try #require(scores.coverage).count == max(1, kind.targets.count))
    }
  }

  private func check(_ answer: Prediction, _ kind: Kind) throws {
    switch kind.task {
    case .multilabel?:
      let probabilities = try #require(answer.probabilities)
      #expect(answer.labels == probabilities.labels.filter { probabilities[$0]! > 0.5 })
    case .ordered?, .classification?:
      #expect(try #require(answer.set).contains(try #require(answer.label)))
    case nil where kind.name == "labels in columns": #expect(answer.labels != nil)
    default:
      for target in kind.targets {
        let isOne = kind.targets.count == 1
        let value = try #require(isOne ? answer.value : answer.values?[target])
        let low = try #require(isOne ? answer.low : answer.lows?[target])
        let high = try #require(isOne ? answer.high : answer.highs?[target])
        #expect(low < value && value < high)
        #expect(kind.scaling == .auto || low > 0, "no logarithm stands for less")
      }
    }
  }
}
