import Testing

@testable import Tuning

/// The list of runs and its index.
@Suite struct RunIndexTests {
}
