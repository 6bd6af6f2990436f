import Testing

/// `glassbox bench` beside its speed, which no test looks at.
@Suite struct BenchTests {
  @Test func memoryDoesNotGrowOverAHundredThousandSteps() throws {
    let program = try Program()
    func peak(steps: Int) throws -> Int {
      let outcome = try program("bench", "students", "--epochs", "\(steps)", "--json")
      let result = try outcome.json()
      #expect(result["steps"] as? Int == steps)
      return try #require(result["peak_resident_bytes"] as? Int)
    }
    let few = try peak(steps: 1000)
    #expect(few > 1 << 20)
    #expect(try peak(steps: 100_000) < few + 1 << 20)
  }

  @Test func aStepIsToldBySortsOfWork() throws {
    let outcome = try Program()("bench", "students", "--profile", "--json")
    let steps = try #require(try outcome.json()["profile"] as? [[String: Any]])
    #expect(steps.contains { ($0["kind"] as? String)?.hasPrefix("product 15 x 5") == true })
    #expect(steps.allSatisfy { ($0["seconds"] as? Double ?? -1) >= 0 })
  }
}
