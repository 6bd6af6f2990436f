import TestSupport
import Testing

@testable import Engine

@Suite struct CatalogTests {
  @Test func namesAreUniqueAndEveryOpHasExamples() {
    #expect(Set(Ops.all.map { $0.name }).count == Ops.all.count)
    for op in Ops.all {
      #expect(!op.examples.isEmpty, "\(op.name)")
      for example in op.examples { #expect(type(of: example.op) == op) }
    }
  }

  @Test func everyWrongNumberOfInputsIsThrown() throws {
    for op in Ops.all {
      for example in op.examples {
        for shapes: [TensorShape] in [
          [], [[2, 3], [9, 9, 9], [1]], Array(repeating: [2], count: 9),
        ]
        where shapes.count < 9 || !(example.op is Ops.Concatenate) {
          #expect(throws: Problem.self, "\(op.name)") { try example.op.shape(shapes) }
        }
      }
    }
  }

  /// Through these no second derivative goes, and through the last three not even the first.
  private static let notTwice: Set = [
    Ops.RecurrentScan.name, Ops.RecurrentScanGradient.name, Ops.RecurrentWeightGradient.name,
    Ops.JoinedScanGradient.name,
  ]

  /// Derivatives, their derivatives and fast code; see `OpExample.check`. Each set of kernels with other
  /// numbers.
  @Test(arguments: zip(Kernels.available, [UInt64(1), 2, 3, 4]))
  func everyOpPassesItsChecks(kernels: String, seed: UInt64) throws {
    for example in Ops.all.flatMap({ $0.examples }) {
      let name = type(of: example.op).name
      do {
        let expected =
          !Self.notTwice.contains(name) ? 2 : name == Ops.RecurrentScan.name ? 1 : 0
        #expect(
          try example.check(kernels: Kernels(named: kernels), seed: seed) == expected, "\(name)")
      } catch let problem as Problem {
        Issue.record("\(example.op): \(problem.all.prefix(3).map(\.description))")
      }
    }
  }
}
