import Datasets
import Engine
import Networks
import Training

extension GraphExport {
  /// Adds what the network's numbers mean as the outputs of the file.
  ///
  /// - Parameters:
  ///   - result: the network's answer, probabilities of classes.
  ///   - extents: of it.
  mutating func addAnswers(_ trained: TrainedModel, _ result: String, _ extents: BatchExtents) {
    at("answer")
    let answer = named(ONNXExport.networkOutput, result)
    let rows = extents.known.dropFirst().map { $0 ?? 1 }
    switch trained.preprocessing.target {
    case .numbers: addNumbers(trained, answer)
    case .labels(let labels, _):
      addOutput("probabilities", .float, [labels.count], answer)
    case .classes(let labels), .ordered(let labels):
      var probabilities = answer
      if trained.outputsOfAnswer == 1 {
        // One number alone is the probability of the second of two classes.
        probabilities = add(
          "Concat", [add("Sub", [number(1), answer]), answer], ["axis": .integer(-1)])
      }
      let outer = Array(rows.dropLast())
      addOutput("probabilities", .float, outer + [labels.count], probabilities)
      let place = add(
        "ArgMax", [probabilities], ["axis": .integer(-1), "keepdims": .integer(0)])
      let names = list("labels", "labels", .texts(labels), .string)
      addOutput("label", .string, outer, add("Gather", [names, place]))
    }
  }

  /// Values in the targets' own units, and quantiles where the network learned several.
  private mutating func addNumbers(_ trained: TrainedModel, _ answer: String) {
    let count = trained.preprocessing.targetCount
    let flat = add("Reshape", [answer, integers([-1, trained.model.outputCount])])
    let shares = trained.model.loss.quantiles ?? []
    guard shares.count > 1 else {
      let value = inUnits(flat, trained.preprocessing.targetScales, extents: [count])
      return addOutput("value", .float, [count], value)
    }
    let apart = add("Reshape", [flat, integers([-1, shares.count, count])])
    if let median = shares.firstIndex(of: 0.5) {
      let point = add("Gather", [apart, integer(median)], ["axis": .integer(1)])
      let value = inUnits(point, trained.preprocessing.targetScales, extents: [count])
      addOutput("value", .float, [count], value)
    }
    let turned = add("Transpose", [apart], ["perm": .integers([0, 2, 1])])
    // Those that were learned by themselves may cross.
    let sorted = add(
      "TopK", [turned, integers([shares.count])],
      ["axis": .integer(-1), "largest": .integer(0), "sorted": .integer(1)], outputs: 2)
    let values = inUnits(sorted, trained.preprocessing.targetScales, extents: [count, 1])
    addOutput("quantiles", .float, [count, shares.count], values)
  }

  private mutating func inUnits(
    _ name: String, _ scales: [TargetScale], extents: [Int]
  ) -> String {
    func weight(_ what: String, _ values: [Double]) -> String {
      list(
        "\(what) \(values) \(extents)", what, .floats(values.map { Float($0) }), .float,
        extents: extents)
    }
    var value = name
    if scales.contains(where: { $0.deviation != 1 }) {
      value = add("Mul", [value, weight("target_deviation", scales.map(\.deviation))])
    }
    if scales.contains(where: { $0.mean != 0 }) {
      value = add("Add", [value, weight("target_mean", scales.map(\.mean))])
    }
    let logarithms = scales.count(where: \.isLogarithm)
    guard logarithms > 0 else { return value }
    let exponential = add("Exp", [value])
    guard logarithms < scales.count else { return exponential }
    let flags = add(
      "Cast", [weight("target_logarithm", scales.map { $0.isLogarithm ? 1 : 0 })],
      ["to": .integer(9)])
    return add("Where", [flags, exponential, value])
  }
}
