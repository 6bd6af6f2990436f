import Datasets
import Engine
import Formatting
import Networks
import Platform

/// A size in bytes as people write it.
package enum ByteSize {
  private static let units: [(name: String, bytes: Int)] = [
    ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40), ("kb", 1000),
    ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000), ("b", 1),
  ]

  /// `2GiB`, `1.5 GB`, `800MiB`; nil for any other text.
  package static func bytes(_ text: String) -> Int? {
    let text = text.lowercased().filter { $0 != " " }
    guard let unit = units.first(where: { text.hasSuffix($0.name) }),
      let number = Double(text.dropLast(unit.name.count)), number > 0
    else { return nil }
    return Int(exactly: (number * Double(unit.bytes)).rounded())
  }
}

extension DataSettings {
  static let ofMemory = [
    RunSetting(
      "memory", \.data.memory,
      """
      The most memory that the process takes: rows of a table lie on disk beyond it, and the result has \
      the same bits.
      """, values: "a size such as 2GiB or 800MiB", usual: "as much as the table takes",
      check: .ifGiven(
        Check(
          expected: "a size of at least \(Double(DataSettings.leastMemory).byteText), such as 2GiB"
        ) {
          ByteSize.bytes($0).map { $0 >= DataSettings.leastMemory } ?? false
        })
    ).ofModel,
    RunSetting(
      "cache", \.data.cache, "The folder for what does not fit into memory.", values: "a path",
      usual: "~/.cache/glassbox"
    ).ofModel,
  ]

  /// The least that ``memory`` can be: the program itself and what a step takes.
  static let leastMemory = 128 << 20

  /// How much memory the process may take; nil where nobody says it.
  package var memoryBytes: Int? { memory.flatMap(ByteSize.bytes) }

  /// Where rows lie that do not fit into memory; nil where nobody says how much there is.
  /// - Throws: `Problem` where the folder cannot be made.
  func storeFolder() throws -> StoreFolder? {
    guard let memory = memoryBytes else { return nil }
    let path = try cache ?? Self.usualCache()
    try RunFolder.create(path)
    let (bytes, overflow) = cacheDisk.multipliedReportingOverflow(by: 1 << 20)
    return StoreFolder(path: path, memory: memory, disk: overflow ? .max : bytes)
  }

  /// - Throws: `Problem` where memory is bounded.
  package func checkThatRowsAreInMemory(for what: String, fix: String) throws {
    guard memory != nil else { return }
    throw Problem.data(
      "memory", expected: "rows in memory for \(what)", found: "a bound", fix: fix)
  }

  private static func usualCache() throws -> String {
    guard let path = CacheFolder.usual else {
      throw Problem.data(
        "cache", expected: "a folder for what does not fit into memory", found: "no home folder",
        fix: "set `cache` to a folder")
    }
    return path
  }
}

extension RunConfiguration {
  /// - Throws: `Problem` where memory is bounded.
  func checkMemory(with name: String, _ expected: String) throws {
    guard data.memory != nil else { return }
    throw Problem.data(
      name, expected: "\(expected) beside `memory`", found: "`\(name)`",
      fix: "leave one of them out")
  }

  /// What cannot be done yet with data that do not fit into memory.
  /// - Throws: `Problem` (all of them together).
  func checkMemory(for location: DataLocation) throws {
    guard data.memory != nil else { return }
    var problems: [Problem] = []
    func refuse(_ isGiven: Bool, _ name: String, _ expected: String) {
      guard isGiven else { return }
      problems.append(
        Problem.data(
          name, expected: "\(expected) beside `memory`", found: "another",
          fix: "leave `memory` out where the data fit into it, or change `\(name)`"))
    }
    if case .table(let path) = location {
      refuse(path == "-", "data", "a file, which can be read twice,")
    } else {
      problems.append(
        Problem.data(
          "memory", expected: "a table; images have `cache_memory` and `cache_disk`",
          found: location.paths[0], fix: "leave it out"))
    }
    refuse(data.group != nil, "group", "rows that are drawn one by one")
    refuse(data.splitByTime != nil, "split_by_time", "rows that are drawn one by one")
    refuse(data.sequence != nil, "sequence", "columns that are no steps of a sequence")
    refuse(data.forecast != nil, "forecast", "rows that are no steps of a series")
    refuse(data.validation.isFile, "validation", "a share of the rows")
    refuse(data.test.isFile, "test", "a share of the rows")
    refuse(data.moreRows != nil, "more_rows", "rows of one file")
    refuse(network.from != nil, "from", "a network that begins anew")
    try Problem.throwIfAny(problems)
  }
}
