import Datasets
import Engine
import Formatting
public import Networks
public import Training

/// The page `report.html` of a run, made from the files in its folder alone.
public struct ReportPage {
  let report: RunReport
  let history: [EpochRecord]
  let model: TrainedModel
  /// `config.json` as it stands.
  let settings: String
  let path: String

  var experiment: ExperimentReport { report.experiment }

  /// Collects what the page shows.
  ///
  /// - Parameter registry: what the run's model can name, such as layers of your own.
  /// - Throws: `Problem` for files that are missing or damaged.
  public init(
    _ report: RunReport, of folder: RunFolder, registry: Registry = .standard
  ) throws {
    self.report = report
    path = folder.path
    history = try folder.metrics()
    model = try TrainedModel(path: folder[.model], registry: registry)
    settings = String(
      decoding: try AtomicFile.read(folder[.configuration], limit: 1 << 24), as: UTF8.self)
  }

  /// From parts, for tests.
  init(
    _ report: RunReport, history: [EpochRecord], model: TrainedModel, settings: String, path: String
  ) {
    self.report = report
    self.history = history
    self.model = model
    self.settings = settings
    self.path = path
  }

  /// The page.
  /// - Throws: `Problem` if the model's layers do not fit.
  public var html: String {
    get throws {
      let sections = [
        opening, scores, curves, answers, mistakes, later, data, try network, transfer, making,
      ]
      return PageShell(
        title: "\(name): \(experiment.target)", content: sections.joined()
      ).html
    }
  }

  private var name: String {
    path.split(separator: "/").last.map(String.init) ?? "run"
  }

  private var opening: String {
    var text = "<p class=\"soft\">Glassbox report of <code>\(path.escaped)</code></p>\n"
    text += "<h1>\(headline.escaped)</h1>\n<p class=\"lead\">\(achievement.typeset)</p>\n"
    text += "<p>\(experiment.sentence.typeset)</p>\n"
    for note in experiment.notes.prefix(Self.mostNotes) {
      text += "<p class=\"soft\">Note: \(note.shortened(to: 600).typeset)</p>\n"
    }
    return text + Self.list("More notes", Array(experiment.notes.dropFirst(Self.mostNotes)))
  }

  private static let mostNotes = 5

  private var inputs: String {
    let shape = model.model.inputShape
    if let sequence = model.preprocessing.sequence {
      let channels = sequence.channels.count
      let content =
        sequence.hasTokens ? "tokens" : channels == 1 ? "steps" : "steps of \(channels) numbers"
      return "sequences of \(sequence.steps) \(content)"
    }
    func numbers(_ count: Int) -> String { "\(count) \(count == 1 ? "input" : "inputs")" }
    let image = model.preprocessing.imageShape ?? shape
    guard image.rank > 1 else { return numbers(shape.count) }
    let others = model.preprocessing.columnWidth
    return "images of \(image.extents.map(String.init).joined(separator: " × "))"
      + (others > 0 ? " and \(numbers(others)) beside them" : "")
  }

  private var headline: String {
    switch experiment.task {
    case .regression: return "Predicts \(experiment.target) from \(inputs)"
    case .multilabel:
      return
        "Predicts which of \(experiment.labels.count) labels a row has, from \(inputs)"
    case .ordered:
      return
        "Predicts \(experiment.target), one of \(experiment.labels.count) ordered classes, from "
        + inputs
    case .binary:
      let labels = experiment.labels.map { $0.shortened(to: 30) }.joined(separator: " or ")
      return "Predicts \(experiment.target), \(labels), from \(inputs)"
    case .multiclass:
      return
        "Predicts \(experiment.target), one of \(experiment.labels.count) classes, from \(inputs)"
    }
  }

  /// What was reached on rows that were kept back, beside what an answer without learning reaches.
  private var achievement: String {
    let isTest = experiment.test != nil
    guard let scores = (experiment.test ?? experiment.validation)?.scores else {
      return "No rows were kept back, so nobody knows how good it is on new data."
    }
    let rows = isTest ? "test rows that were kept back until the end" : "validation rows"
    var text = ""
    if let classes = scores.classification {
      let right = classes.confusion.indices.reduce(0) { $0 + classes.confusion[$1][$1] }
      text =
        "Right on \(right.grouped) of \(classes.examples.grouped) \(rows): "
        + "\(Self.percent(classes.accuracy))"
      if let findings = report.findings {
        text +=
          "; always answering \(findings.baselineAnswer) would be right on "
          + Self.percent(findings.baseline)
      }
    } else if let labels = scores.multilabel {
      text =
        "All labels are right on \(Self.percent(labels.subsetAccuracy)) of "
        + "\(labels.examples.grouped) \(rows); F1 of all labels together is "
        + Self.plain(labels.micro.f1)
      if let findings = report.findings {
        text +=
          "; always answering \(findings.baselineAnswer) would have all right on "
          + Self.percent(findings.baseline)
      }
    } else if let regression = scores.regression, regression.outputs.count > 1 {
      text =
        "On \(scores.rows.grouped) \(rows) its R² is \(Self.plain(regression.average.r2)), the mean of "
        + "\(regression.outputs.count) targets; always answering their means would have 0"
    } else if let output = scores.regression?.outputs.first {
      text =
        "On \(scores.rows.grouped) \(rows) its root mean squared error is "
        + Self.plain(output.rmse)
      if let findings = report.findings {
        text +=
          "; always answering the training rows' mean, \(findings.baselineAnswer), would have "
          + findings.baseline.brief
      }
    }
    text +=
      isTest
      ? "."
      : ". They chose the best epoch, so this flatters; "
        + (experiment.rows.test == 0
          ? "no test rows were kept back."
          : experiment.ending == .interrupted
            ? "the test rows stay sealed until the training has come to its end."
            : "the test rows are still sealed.")
    return [text, scores.caution(of: isTest ? "test" : "validation"), report.verdictOfNoUse]
      .compactMap { $0 }.joined(separator: " ")
  }

  static func percent(_ share: Double) -> String { (share * 100).trimmed(decimals: 1) + "\u{a0}%" }

  static func percent(_ score: Score) -> String {
    guard let value = score.value else { return score.reason ?? "undefined" }
    guard let low = score.low, let high = score.high else { return percent(value) }
    return "\(percent(value)) (95\u{a0}% interval \(percent(low)) to \(percent(high)))"
  }

  static func plain(_ score: Score) -> String {
    guard let value = score.value else { return score.reason ?? "undefined" }
    guard let low = score.low, let high = score.high else { return value.brief }
    return "\(value.brief) (95\u{a0}% interval \(low.brief) to \(high.brief))"
  }

  /// A score with its interval, for a cell.
  static func cell(_ score: Score, decimals: Int? = 3) -> PageTable.Cell {
    guard let value = score.value else {
      return .html("<span class=\"interval\">\((score.reason ?? "undefined").escaped)</span>")
    }
    func text(_ number: Double) -> String {
      decimals.map { number.text(decimals: $0) } ?? number.brief
    }
    guard let low = score.low, let high = score.high else { return .text(text(value)) }
    return .html(
      "\(text(value)) <span class=\"interval\">[\(text(low)), \(text(high))]</span>")
  }
}
