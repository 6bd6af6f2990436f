import Engine
import Foundation
import Networks
import Testing
import Training

@testable import Explaining

/// What says the same again and again is said once.
@Suite struct FoldingTests {
  /// Two inputs, 16 neurons of which the most are dead.
  private func trace(_ selection: TraceSelection = .init(), bias: Double = -9) throws -> Trace {
    let network = Sequential {
      Dense(16, activation: .relu, biasInitializer: .constant(bias)); Dense(1)
    }
    let model = try Model(network, inputShape: [2], loss: .meanSquaredError, seed: 2)
    let plan = TrainingPlan(loss: .meanSquaredError, optimizer: .adam())
    return try Tracer(model, plan: plan).trace(
      inputs: [0.5, 1.5], targets: [1], selection: selection)
  }

  @Test func gradientsOfDeadNeuronsAreOneLine() throws {
    let trace = try trace()
    let backward = try #require(trace.sections.last { $0.kind == .backward })
    #expect(backward.groups.count < backward.lines.count / 2)
    #expect(backward.groups.contains { $0.summary?.contains("gradients are 0: ∂L/∂") == true })
    #expect(backward.groups.flatMap(\.lines).map(\.symbol) == backward.lines.map(\.symbol))
    #expect(trace.text.contains("gradients are 0:") && trace.text.contains("stay what they were:"))
    #expect(trace.html.contains("gradients are 0:"))
    // Who asked for everything gets it.
    let all = try self.trace(TraceSelection(showsAll: true))
    #expect(!all.text.contains("gradients are 0:"))
  }

  @Test func numbersThatDifferAreNotPutTogether() throws {
    let trace = try trace(bias: 3)
    #expect(trace.sections.allSatisfy { $0.groups.allSatisfy { $0.summary == nil } })
  }

  /// Weights and biases are those of the neurons that are shown.
  @Test func whatIsNotShownIsNotListed() throws {
    let trace = try trace(bias: 3)
    let forward = try #require(trace.sections.first { $0.kind == .forward })
    #expect(forward.note.contains("10 more neurons are not shown"))
    let shown = Set(forward.lines.map { Symbol(parsing: $0.symbol).places.last! })
    #expect(shown.count == 6)
    let own = trace.sections.filter { $0.layer == forward.layer && $0.kind == .update }
    #expect(!own.isEmpty)
    for line in own.flatMap(\.lines) {
      #expect(shown.contains(Symbol(parsing: line.symbol).places.last!), "\(line.symbol)")
    }
  }

  @Test func longPagesAreFoldedAndHaveContents() throws {
    let page = try trace().html
    for kind in Trace.Section.Kind.allCases {
      #expect(
        page.contains("href=\"#\(kind.rawValue)\"") && page.contains("id=\"\(kind.rawValue)\""))
    }
    func open(_ page: String) -> (all: Int, open: Int) {
      (
        page.components(separatedBy: "<details id=").count - 1,
        page.components(separatedBy: " open=\"open\"").count - 1
      )
    }
    #expect(open(page).open < open(page).all)
    let short = open(try WorkedExamples.oneNeuron().trace(inputs: [2], targets: [1.5]).html)
    #expect(short.open == short.all && short.all > 0)
  }
}
