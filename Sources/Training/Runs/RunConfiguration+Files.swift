import Datasets
package import Networks
import Platform

extension RunConfiguration {
  /// Takes relative paths from a folder where their files are there and not here, so that a run is
  /// whole wherever a command is given.
  ///
  /// - Parameters:
  ///   - folder: the one that the training was started in.
  ///   - isAlways: whether also where they lead to the same files from here.
  mutating func findFiles(from folder: String, always isAlways: Bool = false) {
    func found(_ path: String) -> String {
      guard !path.hasPrefix("/"), let there = RunFolder.realPath("\(folder)/\(path)"),
        isAlways || there != RunFolder.realPath(path)
      else { return path }
      return there
    }
    func found(_ part: DataPart) -> DataPart {
      if case .file(let path) = part { .file(found(path)) } else { part }
    }
    if let source = data.source {
      if case .idx(let images, let labels) = DataLocation(source) {
        data.source = "\(found(images)):\(found(labels))"
      } else {
        data.source = found(source)
      }
    }
    data.moreRows = data.moreRows.map(found)
    data.cache = data.cache.map(found)
    data.validation = found(data.validation)
    data.test = found(data.test)
    network.from = network.from.map(found)
  }
}

extension RunFolder {
  /// Writes the settings, with the way from here to the folder that their relative paths begin at.
  /// - Throws: `Problem`.
  func write(_ configuration: RunConfiguration) throws {
    var configuration = configuration
    configuration.workingFolder = wayToWorkingFolder
    try write(configuration, to: .configuration)
  }

  /// The settings as they are written there.
  /// - Parameter registry: what they can name, such as layers of your own.
  /// - Throws: `Problem` if they are missing or cannot be read.
  package func configuration(registry: Registry = .standard) throws -> RunConfiguration {
    let file = self[.configuration]
    let bytes = try AtomicFile.read(file, limit: 1 << 20)
    return try JSONText.decode(
      RunConfiguration.self, from: String(decoding: bytes, as: UTF8.self), at: file,
      registry: registry)
  }

  /// Writes the settings that another folder has into this one, so that their relative paths still lead to
  /// the same files.
  /// - Throws: `Problem`.
  package func copyConfiguration(of other: RunFolder) throws {
    var configuration = try other.configuration()
    if let way = configuration.workingFolder {
      configuration.findFiles(from: "\(other.path)/\(way)")
    }
    try write(configuration)
  }

  /// The settings with whole paths, which lead to the same files from any folder of this machine.
  /// - Throws: `Problem` if they are missing or cannot be read.
  package func configurationWithWholePaths() throws -> RunConfiguration {
    var configuration = try configuration()
    let way = configuration.workingFolder.map { "\(path)/\($0)" }
    configuration.findFiles(from: way ?? ".", always: true)
    configuration.workingFolder = nil
    return configuration
  }

  /// `../..` for `runs/name`; nil where the system does not tell.
  private var wayToWorkingFolder: String? {
    guard let here = Self.realPath(path), let there = Self.realPath(".") else { return nil }
    let (from, to) = (here.split(separator: "/"), there.split(separator: "/"))
    let common = zip(from, to).prefix { $0 == $1 }.count
    let way = from.dropFirst(common).map { _ in ".." } + to.dropFirst(common).map(String.init)
    return way.isEmpty ? "." : way.joined(separator: "/")
  }

  /// Of a file that exists, without links and dots; nil for any other.
  package static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
