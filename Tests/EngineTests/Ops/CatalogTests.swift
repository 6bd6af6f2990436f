import TestSupport
import Testing

@testable import Engine

@Suite struct CatalogTests {
  /// Files in the op folders that declare no op of their own.
  private static let shared: Set = [
    "Reduction.swift", "ConvolutionExample.swift", "Window.swift", "WindowAxis.swift",
    "WindowStep.swift",
  ]

  @Test func everyFileOfTheFoldersIsListed() throws {
    let ops = "Sources/Engine/Ops"
    var files: Set<String> = []
    for entry in try repositoryFiles(in: ops)
    where !entry.hasSuffix(".swift") {
      files.formUnion(try repositoryFiles(in: "\(ops)/\(entry)"))
    }
    let listed = Set(Ops.all.map { "\($0).swift" })
    #expect(files.subtracting(Self.shared).union(["RecurrentScan.swift"]) == listed)
    #expect(files.count > 30)
  }

  @Test func namesAreUniqueAndEveryOpHasExamplesAndAFormula() {
    #expect(Set(Ops.all.map { $0.name }).count == Ops.all.count)
    for op in Ops.all {
      #expect(!op.examples.isEmpty, "\(op.name)")
      for example in op.examples {
        #expect(type(of: example.op) == op)
        #expect(!example.op.formula.isEmpty, "\(op.name)")
      }
    }
  }

  @Test func everyWrongNumberOfInputsIsThrown() throws {
    for op in Ops.all {
      for example in op.examples {
        #expect(throws: Problem.self, "\(op.name)") {
          try example.op.shape([[2, 3], [9, 9, 9], [1]])
        }
      }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func derivativesEqualDualNumbersAndFiniteDifferences(seed: UInt64) throws {
    for example in Ops.all.flatMap({ $0.examples }) {
      let checked = try ExampleGraph(example, seed: seed)
      let gradients = try checked.graph.gradients(of: checked.loss, withRespectTo: checked.inputs)
      for (place, gradient) in gradients.enumerated() {
        guard case .numbers = example.inputs[place] else { continue }
        let found = try checked.value(gradient, checked.feeds)
        for element in found.indices {
          let exact = try checked.dualDerivative("x\(place)", element)
          #expect(
            distance(found[element], exact) <= 1e-12,
            "\(type(of: example.op).name), input \(place): \(found[element]) and \(exact)")
          let estimate = try checked.finiteDifference("x\(place)", element)
          #expect(
            distance(found[element], estimate) <= 1e-7,
            "\(type(of: example.op).name), input \(place): \(found[element]) and \(estimate)")
        }
      }
    }
  }

  @Test(arguments: Kernels.available)
  func fastCodeEqualsTheDefinition(kernels name: String) throws {
    for example in Ops.all.flatMap({ $0.examples }) {
      let checked = try ExampleGraph(example)
      let gradients = try checked.graph.gradients(of: checked.loss, withRespectTo: checked.inputs)
      var generator = RandomGenerator(seed: 1)
      let store = VariableStore([], generator: &generator)
      let program = try Program(
        checked.graph, results: [checked.output] + gradients, store: store,
        kernels: Kernels(named: name), pool: WorkerPool(threads: 2))
      for (input, values) in checked.feeds {
        guard let memory = program.input(input) else { continue }
        for (index, value) in values.enumerated() { memory[index] = Float(value) }
      }
      program.run()
      for (place, node) in ([checked.output] + gradients).enumerated() {
        let bound = place == 0 ? 1e-5 : 1e-4
        let expected = try checked.value(node, checked.feeds)
        for (index, found) in program.result(place).enumerated() {
          #expect(
            distance(Double(found), expected[index]) <= bound,
            "\(type(of: example.op).name), result \(place) at \(index)")
        }
      }
    }
  }
}
