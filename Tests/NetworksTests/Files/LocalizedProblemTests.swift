import Engine
import Foundation
import Networks
import Testing

@Suite struct LocalizedProblemTests {
  @Test func whatAppsLogTeaches() {
    let problem = Problem.data("epochs", expected: "a number", found: "none", fix: "write `5`")
    let error = problem as any Error
    #expect(error.localizedDescription == problem.description)
    #expect((error as? any LocalizedError)?.recoverySuggestion == "write `5`")
    #expect((error as NSError).localizedFailureReason?.contains("expected a number") == true)
  }
}
