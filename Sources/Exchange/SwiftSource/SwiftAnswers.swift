import Datasets
import Engine
import Formatting
import Networks
import Training

/// What the numbers of a network mean: the type of the answer, and the lines that make it.
struct SwiftAnswers {
  /// The names that the lines use.
  static let words = ["answer", "probabilities", "best", "all", "step"]

  /// `Answer`, or a list of them.
  let type: String
  /// The type with its parts.
  private(set) var declarations: [String] = []
  private(set) var lines: [String] = []
  /// What is answered.
  private(set) var descriptions: [String] = []

  init(_ trained: TrainedModel) {
    let answers = trained.preprocessing.answerCount
    type = answers > 1 ? "[Answer]" : "Answer"
    switch trained.preprocessing.target {
    case .numbers(let scales): addNumbers(trained, scales)
    case .labels(let labels, _): addLabels(labels)
    case .classes(let labels), .ordered(let labels):
      addClasses(labels, outputs: trained.outputsOfAnswer, answers: answers)
    }
  }

  private mutating func declare(_ parts: [(name: String, type: String, meaning: String)]) {
    declarations += [
      "/// What the network says of an example.", "public struct Answer: Sendable {",
    ]
    for part in parts {
      declarations += ["  /// \(part.meaning)", "  public var \(part.name): \(part.type)"]
      descriptions.append("\(part.name): \(part.type)")
    }
    declarations.append("}")
  }

  /// A list of texts that users of the type can read.
  static func texts(_ name: String, _ texts: [String], _ meaning: String) -> [String] {
    [
      "", "/// \(meaning)",
      "public static var \(name): [String] {",
      "  [\(texts.map(\.swift).joined(separator: ", "))]", "}",
    ]
  }

  private mutating func addClasses(_ labels: [String], outputs: Int, answers: Int) {
    declare([
      ("label", "String", "The most probable class."),
      ("probabilities", "[Float]", "Of each class, in the order of `labels`."),
    ])
    declarations += Self.texts("labels", labels, "The classes.")
    // One number alone is the probability of the second of two classes.
    let ofOne = outputs == 1 ? "[1 - answer[0], answer[0]]" : "answer"
    let best = [
      "var best = 0",
      "for i in 1..<\(labels.count) where probabilities[i] > probabilities[best] { best = i }",
    ]
    guard answers > 1 else {
      lines = ["let probabilities = \(ofOne)"] + best
      return lines.append("return Answer(label: Self.labels[best], probabilities: probabilities)")
    }
    lines = ["return (0..<\(answers)).map { step in"]
    lines.append(
      "  let probabilities = Array(answer[step * \(outputs)..<(step + 1) * \(outputs)])")
    lines += best.map { "  \($0)" }
    lines += ["  return Answer(label: Self.labels[best], probabilities: probabilities)", "}"]
  }

  private mutating func addLabels(_ labels: [String]) {
    declare([
      ("labels", "[String]", "Those that are more likely than not."),
      ("probabilities", "[Float]", "Of each label by itself, in the order of `allLabels`."),
    ])
    declarations += Self.texts("allLabels", labels, "The labels that an example may have.")
    lines = [
      "let all = Self.allLabels",
      "return Answer(",
      "  labels: all.indices.filter { answer[$0] > 0.5 }.map { all[$0] }, probabilities: answer)",
    ]
  }

  /// Values in the targets' own units, and quantiles where the network learned several.
  private mutating func addNumbers(_ trained: TrainedModel, _ scales: [TargetScale]) {
    let names = trained.preprocessing.targetNames
    let count = trained.model.outputCount
    let shares = trained.model.loss.quantiles ?? []
    let isOne = scales.count == 1
    var parts = [
      isOne
        ? ("value", "Double", "`\(names[0].oneLine)`, in its own unit.")
        : ("values", "[Double]", "In the order of `targets`, each in its own unit.")
    ]
    if shares.count > 1 {
      let texts = shares.map(\.brief).joined(separator: ", ")
      parts.append(
        (
          "quantiles", isOne ? "[Double]" : "[[Double]]",
          "So many values lie below each: \(texts)" + (isOne ? "." : ", for each target.")
        ))
    }
    declare(parts)
    if !isOne { declarations += Self.texts("targets", names, "What is answered.") }
    // Which numbers are the values: all of them, or the medians.
    let points = trained.model.loss.points((0..<count).map { Float($0) }, width: count).map {
      Int($0)
    }
    let values = points.enumerated().map { scales[$0].swift("answer[\($1)]") }
    var arguments = [isOne ? "value: \(values[0])" : "values: [\(values.joined(separator: ", "))]"]
    if shares.count > 1 {
      let all = scales.indices.map { target in
        let own = shares.indices.map { "answer[\($0 * scales.count + target)]" }
        return "[\(own.joined(separator: ", "))].sorted().map { \(scales[target].swift("$0")) }"
      }
      arguments.append("quantiles: \(isOne ? all[0] : "[\(all.joined(separator: ", "))]")")
    }
    lines = ["return Answer("]
    lines += arguments.enumerated().map { "  \($1)\($0 + 1 < arguments.count ? "," : ")")" }
  }
}

extension TargetScale {
  /// The value that an output stands for.
  fileprivate func swift(_ output: String) -> String {
    var text = "Double(\(output))"
    if deviation != 1 { text += " * \(deviation.swift)" }
    if mean != 0 { text += mean < 0 ? " - \((-mean).swift)" : " + \(mean.swift)" }
    return isLogarithm ? "c_exp_wide(\(text))" : text
  }
}
