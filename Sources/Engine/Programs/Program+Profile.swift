/// How long the steps of one sort take in one run of a program.
package struct StepTime: Sendable, Codable {
  /// What the steps do: `product 32 x 128, depth 784`.
  package let kind: String
  /// How many such steps a run has.
  package var count: Int
  /// Together, in seconds, averaged over the runs.
  package var seconds: Double
}

extension Program {
  /// Runs some times with a clock around every step. The clock itself costs about 30 ns a step.
  ///
  /// - Returns: the sorts of steps, the longest first.
  package func profile(runs: Int) -> [StepTime] {
    var times = [Double](repeating: 0, count: steps.count)
    let clock = ContinuousClock()
    for _ in 0..<runs {
      var last = clock.now
      for index in steps.indices {
        runStep(index)
        let now = clock.now
        let took = (now - last).components
        times[index] += Double(took.seconds) + Double(took.attoseconds) * 1e-18
        last = now
      }
    }
    var byKind: [String: StepTime] = [:]
    for (step, seconds) in zip(steps, times) {
      var sum = byKind[step.kind] ?? StepTime(kind: step.kind, count: 0, seconds: 0)
      sum.count += 1
      sum.seconds += seconds / Double(runs)
      byKind[step.kind] = sum
    }
    return byKind.values.sorted { ($1.seconds, $0.kind) < ($0.seconds, $1.kind) }
  }
}
