import Engine
import Networks
import Platform
public import Training

extension RunCollection {
  /// Gives a run another name in the same folder. What its files say of their own place is changed too.
  ///
  /// - Returns: the run in its new place.
  /// - Throws: `Problem` for a run that is not there, trains now or is the trial of a study, and a name that
  ///   cannot be or is taken.
  public func rename(_ name: String, to newName: String) throws -> RunFolder {
    let old = try plainFolder(name)
    try Self.check(newName)
    if let study = StoredStudy.folder(of: old) {
      throw Problem(
        .cannotCreate, old.path, expected: "a run that only its name is known by",
        found: "a trial of \(study), which finds it by its name", fix: "give it a tag instead")
    }
    let parent = old.path.lastIndex(of: "/").map { String(old.path[...$0]) } ?? ""
    let path = parent + newName
    guard !AtomicFile.exists(path), !RunFiles.isLink(path) else {
      throw Problem(
        .cannotCreate, path, expected: "a name that is not taken", found: "one that exists",
        fix: "choose another name")
    }
    let lock = try RunLock(old.path)
    defer { _ = lock }
    guard Platform.rename(old.path, path) == 0 else {
      throw Problem.system(errno, .creating, path)
    }
    let folder = try RunFolder(existing: path)
    try changeSettings(of: folder, from: old, newName)
    try changeReport(of: folder, from: old)
    return folder
  }

  /// What the name of a run or a study may be: one folder, which no list leaves out.
  package static func check(_ name: String) throws {
    guard !name.isEmpty, !name.hasPrefix("."), !name.hasPrefix("-"), name.utf8.count <= 255,
      !name.contains(where: { $0 == "/" || $0.isNewline || $0 == "\0" })
    else {
      throw Problem.data(
        "name", expected: "a name without `/` that does not begin with a dot or a hyphen",
        found: "\"\(name)\"")
    }
  }

  /// A run whose own folder may be moved or removed.
  /// - Throws: `Problem` for a link to a run, and the folder that the program works in or one above it.
  func plainFolder(_ name: String) throws -> RunFolder {
    var path = try run(name).path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if RunFiles.isLink(path) {
      throw Problem(
        .missing, path, expected: "the folder of a run", found: "a link to one",
        fix: "name the folder itself")
    }
    guard let real = RunFolder.realPath(path), let here = RunFolder.realPath(".") else {
      throw Problem.system(errno, .reading, path)
    }
    guard here != real, !here.hasPrefix(real == "/" ? "/" : real + "/") else {
      throw Problem(
        .cannotCreate, path, expected: "a run beside or below the present folder",
        found: "the present folder, or one above it", fix: "go to another folder first")
    }
    // `runs/a/../b` is a run too, and has one name.
    let isPlain = !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
    return try RunFolder(existing: isPlain ? path : real)
  }

  private func changeSettings(of folder: RunFolder, from old: RunFolder, _ name: String) throws {
    guard folder.has(.configuration),
      // A run with damaged settings can have another name too.
      var configuration = try? folder.configuration(registry: registry)
    else { return }
    let before = configuration.output
    if configuration.output.name != nil { configuration.output.name = name }
    if let output = configuration.output.folder, let slash = output.lastIndex(of: "/") {
      configuration.output.folder = String(output[...slash]) + name
    } else if configuration.output.folder != nil {
      configuration.output.folder = name
    }
    if configuration.output != before { try folder.write(configuration, to: .configuration) }
  }

  /// The report has more parts than are known here, so only the lines that say where it lies are changed.
  private func changeReport(of folder: RunFolder, from old: RunFolder) throws {
    guard folder.has(.report), let report = try? folder.report() else { return }
    let bytes = try AtomicFile.read(folder[.report], limit: 1 << 28)
    let text = String(decoding: bytes, as: UTF8.self)
    func line(_ key: String, _ value: String?) throws -> String? {
      try value.map { "  \"\(key)\" : \(try JSONText.encode($0, pretty: true))" }
    }
    let changes = [
      (try line("run", report.run), try line("run", report.run.map { _ in folder.path })),
      (
        try line("model", report.model),
        try line("model", report.model.map { _ in folder[.model] })
      ),
    ]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      for case (let before?, let after?) in changes {
        if line == before { return after }
        if line == before + "," { return after + "," }
      }
      return String(line)
    }
    let changed = lines.joined(separator: "\n")
    if changed != text { try AtomicFile.write(Array(changed.utf8), to: folder[.report]) }
  }
}
