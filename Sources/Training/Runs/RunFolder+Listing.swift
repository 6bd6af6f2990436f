import Engine
import Networks
import Platform

extension RunFolder {
  /// How far a run has come, as its files tell.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It has settings and nothing else.
    case prepared
    /// It has a checkpoint and no report: it is training now, or was cut off.
    case unfinished
    /// It was asked to stop, and says so in its report.
    case interrupted
    /// It has come to its end.
    case finished
  }

  /// How far the run has come.
  /// - Throws: `Problem` for a report that cannot be read.
  public var state: State {
    get throws {
      if has(.report) {
        return try report().ending == .interrupted ? .interrupted : .finished
      }
      return has(.checkpoint) ? .unfinished : .prepared
    }
  }

  /// The runs in a folder, by name. What is no run is left out.
  ///
  /// - Parameter path: a folder of runs; one that does not exist has none.
  /// - Throws: `Problem` if the folder cannot be read.
  public static func all(in path: String) throws -> [RunFolder] {
    try folders(in: path).map { try RunFolder(existing: "\(path)/\($0)") }
      .filter { $0.has(.configuration) }
  }

  /// The names of the folders in a folder, in alphabetical order; none of one that does not exist.
  /// - Throws: `Problem` if it cannot be read.
  package static func folders(in path: String) throws -> [String] {
    guard exists(path) else { return [] }
    return try entries(in: path).filter { !$0.hasPrefix(".") && isFolder("\(path)/\($0)") }
  }

  /// The names of all files and folders in a folder, in alphabetical order, hidden ones too.
  /// - Throws: `Problem` if it cannot be read.
  package static func entries(in path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw Problem.system(errno, .reading, path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The last part of its path.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// What came out of the run.
  /// - Throws: `Problem` if there is no report yet, or it cannot be read.
  public func report() throws -> ExperimentReport {
    let bytes = try AtomicFile.read(self[.report], limit: 1 << 28)
    let report = try JSONText.decode(
      ExperimentReport.self, from: String(decoding: bytes, as: UTF8.self), at: self[.report])
    try CountLimits.check(report, at: self[.report])
    return report
  }

  /// The file of a model that is named by itself, by the folder of its run, or by the name of a
  /// published model such as `imagenet-lite0`.
  /// - Throws: `Problem` naming the runs there are, if there is neither.
  public static func modelFile(of path: String) throws -> String {
    if isFolder(path) { return try RunFolder(existing: path)[.model] }
    guard exists(path) else {
      if let published = PublishedModel(rawValue: path) { return try published.path() }
      throw missing(path, expected: "a model file or the folder of a run")
    }
    return path
  }
}
