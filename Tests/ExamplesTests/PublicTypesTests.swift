import TestSupport
import Testing

/// What `import Glassbox` brings is small enough to be looked through.
@Suite struct PublicTypesTests {
  /// May only become smaller.
  private static let most = 219

  @Test func aUserMeetsNoMoreTypesThanNeeded() throws {
    var types: [String] = []
    for room in ["Engine", "Networks", "Datasets", "Training", "Explaining"] {
      for file in try repositoryFiles(below: "Sources/\(room)", suffix: ".swift") {
        for line in try repositoryText(file).split(separator: "\n") {
          let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
          guard words.first == "public" else { continue }
          let rest = words.dropFirst().drop { ["final", "indirect"].contains($0) }
          guard let kind = rest.first, rest.count > 1,
            ["struct", "enum", "class", "protocol", "actor"].contains(kind)
          else { continue }
          types.append(String(rest[rest.startIndex + 1]))
        }
      }
    }
    #expect(types.count > 100)
    #expect(types.count <= Self.most, "\(types.count): make package what a user does not need")
  }
}
