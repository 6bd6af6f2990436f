import Formatting
import Training

extension ReportPage {
  /// What became of each tensor, where the training started from a trained model.
  var transfer: String {
    guard let tensors = experiment.tensors else { return "" }
    let changed = tensors.count(where: \.changed)
    var text = "<h2>What became of the model it started from</h2>\n<p>"
    if let from = experiment.from {
      text += "Training started from <code>\(from.escaped)</code>. "
    }
    text +=
      "By the SHA-256 of their numbers, \(changed.grouped) of \(tensors.count.grouped) tensors "
      + "changed and \((tensors.count - changed).grouped) are the same, bit for bit. "
      + frozenSentence(tensors) + "</p>\n"
    text +=
      PageTable(
        columns: ["tensor", "bits", "training", "began as", "SHA-256 before", "after"]
          .map { .init(name: $0, isNumber: false) },
        rows: tensors.prefix(Self.mostLines).map(row)
      ).html
    let rest = tensors.count - Self.mostLines
    return text + (rest > 0 ? "<p class=\"soft\">… and \(rest.grouped) more</p>\n" : "")
      + "<p class=\"soft\">The first 12 of 64 digits; all of them are in report.json.</p>\n"
  }

  private func frozenSentence(_ tensors: [TensorChange]) -> String {
    let frozen = tensors.filter { $0.role == .frozen }
    let broken = frozen.count(where: \.changed)
    if frozen.isEmpty { return "None was frozen." }
    return broken == 0
      ? "None of the \(frozen.count.grouped) frozen ones changed."
      : "<strong>\(broken.grouped) of the \(frozen.count.grouped) frozen ones changed</strong>, "
        + "which no training may do."
  }

  private func row(_ tensor: TensorChange) -> [PageTable.Cell] {
    let role =
      switch tensor.role {
      case .learned: "learned"
      case .statistic: "follows the batches"
      case .frozen: "frozen"
      case nil: ""
      }
    func digits(_ hash: String) -> PageTable.Cell {
      .html("<code>\(String(hash.prefix(12)).escaped)</code>")
    }
    return [
      .text(tensor.name.shortened(to: 80)),
      tensor.changed
        ? .html("<span class=\"changed\">changed</span>")
        : .html("<span class=\"soft\">unchanged</span>"),
      tensor.role == .frozen ? .html("<strong>\(role)</strong>") : .text(role),
      .text(tensor.isTaken.map { $0 ? "the model’s" : "new" } ?? ""),
      digits(tensor.before),
      tensor.changed ? digits(tensor.after) : .html("<span class=\"soft\">the same</span>"),
    ]
  }
}
