import Networks

/// What places mean to the user.
struct TraceNames {
  /// Names of the inputs, in order; empty if they have none.
  var inputs: [String] = []
  /// Names of the classes, in order; empty if there are none.
  var labels: [String] = []
  var hasClassTargets = false
  /// How many numbers the network makes for one example.
  var outputs = 1

  /// The class's name, unless it is its number.
  private func label(_ index: Int) -> String? {
    labels.indices.contains(index) && labels[index] != "\(index)" ? labels[index] : nil
  }

  func meaning(of input: String, _ cell: Int, value: Float) -> String? {
    switch input {
    case LearningCycle.inputName: inputs.indices.contains(cell) ? inputs[cell] : nil
    case LearningCycle.targetName:
      hasClassTargets
        ? Int(exactly: value).flatMap { label($0) }
        : outputs == labels.count
          ? labels[cell % outputs]
          : outputs == 1 ? Int(exactly: value).flatMap { label($0) } : nil
    default: nil
    }
  }
}
