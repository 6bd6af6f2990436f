import Formatting
package import Training

extension LineChart {
  /// The loss over the learning rates of a range test.
  package init(_ range: LearningRateRange) {
    func curve(_ name: String, _ loss: KeyPath<LearningRateRange.Step, Double?>) -> Series {
      Series(
        name,
        range.steps.compactMap { step in
          step[keyPath: loss].map { (Double.log10(step.learningRate), $0) }
        })
    }
    // What ran away would press all else to the ground.
    let top = 2 * (range.steps[0].loss ?? 1)
    var curves = [curve("smoothed", \.smoothedLoss), curve("of each step", \.loss)]
    for place in curves.indices { curves[place].points.removeAll { $0.y > top } }
    self.init(
      title: "Loss over the learning rate", series: curves,
      xTitle: "learning rate, as a power of 10", yTitle: "loss",
      mark: range.suggestion.map { (Double.log10($0), "suggested: \($0.brief)") },
      countsOnX: false)
  }
}
