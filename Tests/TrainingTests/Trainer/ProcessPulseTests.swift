import Foundation
import Testing
import Training

/// Processes that are at work differently long wait for each other.
@Suite struct ProcessPulseTests {
  /// No sign is left over that the next exchange would take for something else.
  @Test(arguments: [2, 3, 5]) func whoIsDoneWaitsForAll(_ count: Int) throws {
    let found = try LocalGroup.run(count) { group in
      let pulse = ProcessPulse(group, every: 0.001)
      for _ in 0..<(group.rank * 7 % 5) {
        Thread.sleep(forTimeInterval: 0.004)
        try pulse.beat()
      }
      try pulse.meet()
      return try group.together { group.rank }
    }
    #expect(found == Array(0..<count))
  }
}
