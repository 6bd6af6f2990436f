import Engine
import TestSupport
import Testing

@testable import Networks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// No op of the package may stay outside the checks.
@Suite struct EveryOpTests {
  /// The ops of this room; those of the engine are checked there.
  private static let own: [any Op.Type] =
    Registry.standard.losses.compactMap { loss in
      (loss as? any ElementwiseLoss).map { type(of: $0.term) }
    } + [ParameterUpdate.self, CounterUpdate.self, PinballError.self]

  @Test func termsAndUpdatesPassTheirChecks() throws {
    for example in Self.own.flatMap({ $0.examples }) {
      do {
        #expect(try example.check() == 2, "\(example.op)")
      } catch let problem as Problem {
        Issue.record("\(example.op): \(problem.all.prefix(3).map(\.description))")
      }
    }
    for op in Self.own { #expect(!op.examples.isEmpty, "\(op.name)") }
  }

  @Test func everyOpDeclaredInTheSourcesIsListed() throws {
    let kinds: Set = [
      "Op", "ElementwiseOp", "UnaryOp", "BinaryOp", "CompiledOp", "ComposedOp", "Reduction",
      "TransposableProduct",
    ]
    var declared: Set<String> = []
    for path in try repositoryFiles(below: "Sources", suffix: ".swift") {
      let text = try repositoryText(path)
      for line in text.split(separator: "\n") where line.hasSuffix("{") {
        let words = line.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        guard line.contains(":"), !line.contains("("), !line.contains("//"),
          let place = words.firstIndex(where: { $0 == "struct" || $0 == "class" }),
          words.count > place + 2, !kinds.isDisjoint(with: words[(place + 2)...])
        else { continue }
        declared.insert(words[place + 1])
      }
    }
    let listed = Set((Ops.all + Self.own).map { "\($0)" })
    #expect(declared == listed)
    #expect(declared.count > 60)
  }
}
