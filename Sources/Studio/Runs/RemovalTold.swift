import Serving
import Tuning

/// What would go if runs were deleted, for the page.
struct RemovalTold: Encodable {
  /// By which it can be carried out.
  let id: String
  /// In a few lines.
  let text: String
  let runs: [RunRemoval]
  /// Of all files.
  let bytes: Int
  /// Versions of models that were copied from these runs, and stay.
  let models: [String]

  init(_ runs: [RunRemoval], id: String, models: [String]) {
    (self.runs, self.id, self.models) = (runs, id, models)
    bytes = runs.reduce(0) { $0 + $1.bytes }
    text =
      (runs.map(\.text) + models.map { "  \(ModelRegistry.stays($0))" }).joined(separator: "\n")
  }
}
