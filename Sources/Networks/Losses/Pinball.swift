package import Engine
import Formatting

extension Losses {
  /// Mean over the outputs of the pinball error: an answer that is learned for a share τ is, of all numbers,
  /// the one that τ of the values lie below.
  ///
  /// With several shares the network answers all targets for the first, then all for the second, and so
  /// on: [batch, shares · targets] beside targets [batch, targets].
  package struct Pinball: Loss {
    package static let kind = "pinball"
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [.usual("quantiles", \.quantiles, in: NetworkLimits.share)]
    }

    /// The shares, ascending, above 0 and below 1.
    package var quantiles: [Double]

    /// The median alone if not given.
    package init(quantiles: [Double] = [0.5]) { self.quantiles = quantiles }

    package func check(at location: String) throws(Problem) {
      guard Self.areUsable(quantiles) else {
        throw Problem.data(
          "\(location).quantiles", expected: Self.usable,
          found: quantiles.map(\.brief).joined(separator: ", "))
      }
    }

    /// What quantiles must be.
    package static let usable =
      "one share above 0 and below 1, or several that ascend, 0.5 among them, which is the answer"

    /// Whether they are.
    package static func areUsable(_ quantiles: [Double]) -> Bool {
      quantiles.allSatisfy { $0 > 0 && $0 < 1 }
        && zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 < $1 }
        && (quantiles.count == 1 || quantiles.contains(0.5))
    }

    package func perExample(_ output: Node, _ target: Node) throws -> Node {
      let terms = try quantiles.enumerated().map { place, quantile in
        let answers =
          quantiles.count == 1
          ? output
          : try output.sliced(from: [0, place * target.shape[1]], shape: target.shape)
        return try Ops.Mean(axes: 1..<target.shape.rank)(
          PinballError(quantile: quantile).apply(to: [answers, target]))
      }
      var sum = terms[0]
      for term in terms.dropFirst() { sum = try sum + term }
      return terms.count == 1 ? sum : try sum / Double(terms.count)
    }
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Mean over the outputs of the pinball error: the answers are quantiles.
  ///
  /// - Parameter quantiles: the shares of values that lie below an answer; ascending, with 0.5 among them
  ///   where there are several.
  public static func pinball(quantiles: [Double] = [0.5]) -> any Loss {
    Losses.Pinball(quantiles: quantiles)
  }
}

extension Loss {
  /// The shares that the answers are learned for; nil for losses of other answers.
  package var quantiles: [Double]? {
    // Said to be no optional, so that it is the loss's own property and not this one again.
    (self as? Losses.Pinball).map { loss -> [Double] in loss.quantiles }
  }

  /// How many outputs answer a target.
  package var outputsPerTarget: Int { quantiles?.count ?? 1 }

  /// How many numbers the targets of an example are.
  package func targetCount(outputs: Int) -> Int {
    hasClassTargets ? 1 : outputs / outputsPerTarget
  }

  /// The shape of targets beside an output: [batch, outputs] or a part of it, or for classes [batch] or
  /// [batch, steps].
  func targetShape(of output: TensorShape) throws(Problem) -> TensorShape {
    if hasClassTargets {
      return try TensorShape(checking: Array(output.extents.prefix(answersAtSteps(output) ? 2 : 1)))
    }
    guard outputsPerTarget > 1 else { return output }
    guard output.rank == 2, output[1].isMultiple(of: outputsPerTarget) else {
      throw Problem.shape(
        "loss \(name)",
        expected: "an output [batch, \(outputsPerTarget) for each target], one for each quantile",
        found: "output \(output)",
        fix: "give the last layer \(outputsPerTarget) units for each target")
    }
    return try TensorShape(checking: [output[0], targetCount(outputs: output[1])])
  }

  /// Of a network's outputs, row-major, those that are the answers: of quantiles the medians.
  package func points(_ outputs: [Float], width: Int) -> [Float] {
    guard let quantiles, quantiles.count > 1, let place = quantiles.firstIndex(of: 0.5) else {
      return outputs
    }
    let targets = targetCount(outputs: width)
    return stride(from: place * targets, to: outputs.count, by: width).flatMap {
      outputs[$0..<$0 + targets]
    }
  }
}
