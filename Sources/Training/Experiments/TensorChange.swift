import Engine
import Networks

/// What a training did to one tensor of the model that it started from.
package struct TensorChange: Codable, Sendable, Hashable {
  /// What a step may do to a tensor.
  package enum Role: String, Codable, Sendable {
    /// The optimiser changes it.
    case learned
    /// It follows the batches: the running statistics of a normalisation.
    case statistic
    /// Nothing may change it.
    case frozen
  }

  /// As in the model file.
  package var name: String
  /// Nil in reports of versions that did not say it.
  package var role: Role?
  /// Whether it began as the model's; else it is new. Nil as for `role`.
  package var isTaken: Bool?
  /// Whether a bit of it is another than before.
  package var changed: Bool
  /// SHA-256 of its numbers before the first step, as 64 hexadecimal digits.
  package var before: String
  /// SHA-256 of its numbers in the model that was kept.
  package var after: String

  private enum CodingKeys: String, CodingKey {
    case name, role, changed, before, after
    case isTaken = "taken"
  }

  /// For each tensor of a network, from the base it was taken from over its start to its end.
  static func all(base: Model, start: Model, end: Model) throws -> [TensorChange] {
    let roles = try roles(in: start)
    let given = Dictionary(base.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    return zip(start.tensors, end.tensors).map { before, after in
      let (first, second) = (hash(before.tensor), hash(after.tensor))
      return TensorChange(
        name: after.name, role: roles[after.name],
        isTaken: given[after.name].map { $0.shape == before.tensor.shape && hash($0) == first }
          ?? false, changed: first != second, before: first, after: second)
    }
  }

  /// As the learning cycle treats them, whatever layers they belong to.
  private static func roles(in model: Model) throws -> [String: Role] {
    let graph = try ForwardPass(
      model.network, inputShape: model.inputShape, batch: 1, loss: model.loss, isTraining: true
    ).graph
    let followed = Set(graph.assignments.map(\.variable))
    return Dictionary(
      graph.variables.map { variable in
        let isFollowed = graph.variableNode(named: variable.name).map { followed.contains($0.id) }
        return (
          variable.name,
          variable.isTrainable ? .learned : isFollowed == true ? .statistic : .frozen
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func hash(_ tensor: Tensor) -> String {
    var hash = SHA256()
    tensor.values.withUnsafeBytes { hash.update($0) }
    return SHA256.text(hash.finalize())
  }
}
