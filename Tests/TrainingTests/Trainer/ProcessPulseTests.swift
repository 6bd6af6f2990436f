import Foundation
import Testing

@testable import Training

/// Processes that are at work differently long wait for each other.
@Suite struct ProcessPulseTests {
  /// No sign is left over that the next exchange would take for something else.
  @Test(arguments: [2, 3, 5]) func whoIsDoneWaitsForAll(_ count: Int) throws {
    let found = try LocalGroup.run(count) { group in
      let own = try group.together(signsEvery: 0.001) {
        Thread.sleep(forTimeInterval: 0.03 * Double(group.rank * 7 % 5))
        return group.rank
      }
      return try group.together { own }
    }
    #expect(found == Array(0..<count))
  }
}
