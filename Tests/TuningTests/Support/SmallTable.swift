import Engine
import TestSupport
import Training

@testable import Tuning

/// Two classes of points in a plane, in a file.
enum SmallTable {
  static func write(rows: Int = 120, to folder: TemporaryFolder) throws -> String {
    var random = RandomGenerator(seed: 5)
    var text = "a,b,y\n"
    for row in 0..<rows {
      let isInside = row.isMultiple(of: 2)
      let (a, b) = (random.normal(), random.normal())
      let shift = isInside ? 1.2 : -1.2
      text += "\(a + shift),\(b - shift),\(isInside ? "in" : "out")\n"
    }
    try folder.write(text, to: "points.csv")
    return folder.path("points.csv")
  }

  static func configuration(_ path: String, epochs: Int = 6) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.source = path
    configuration.data.target = "y"
    configuration.training.epochs = epochs
    configuration.training.threads = 1
    return configuration
  }
}
