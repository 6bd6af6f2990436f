import Datasets
import Engine
import Networks
import Platform

/// The parts of one file of answers, each in a file of its own: checked, and put together.
package struct AnswerParts {
  /// In their order, whatever the order in which they were named.
  private let parts: [(path: String, record: AnswerPart)]
  /// What is to be told of all of them.
  package let summary: AnswerSummary

  /// How many there are.
  package var count: Int { parts.count }
  /// The SHA-256 of the model that answered.
  package var modelSHA256: String { parts[0].record.modelSHA256 }
  /// The SHA-256 of the text of the file that was answered.
  package var textSHA256: String { parts[parts.count - 1].record.cut.sha256Through }

  /// Reads what the parts say of themselves.
  ///
  /// - Parameter paths: of the answers, in any order.
  /// - Throws: `Problem` naming the part that is missing, doubled, damaged or of something else.
  package init(_ paths: [String]) throws {
    guard let first = paths.first else {
      throw Problem.data("parts", expected: "at least one file of answers", found: "none")
    }
    let named = try paths.map { (path: $0, record: try AnswerPart(beside: $0)) }
    for part in named { try Self.check(part, like: (first, named[0].record)) }
    let sorted = named.sorted { $0.record.part < $1.record.part }
    try Self.checkNumbers(sorted)
    for (part, next) in zip(sorted, sorted.dropFirst()) {
      try Self.check(next, behind: part)
    }
    try Self.checkEnds(sorted)
    parts = sorted
    summary = sorted.dropFirst().reduce(into: sorted[0].record.answers) {
      $0.add($1.record.answers)
    }
  }

  private typealias Named = (path: String, record: AnswerPart)

  /// Whether two parts may be of one file of answers.
  private static func check(_ part: Named, like first: Named) throws {
    let (own, other) = (part.record, first.record)
    func refuse(_ what: String, _ found: String, _ fix: String) -> Problem {
      Problem.data(part.path, expected: "\(what), as of `\(first.path)`", found: found, fix: fix)
    }
    let again = "answer all parts by the same command"
    guard own.parts == other.parts else {
      throw refuse(
        "one of \(other.parts) parts", "part \(own.part) of \(own.parts)",
        "leave it out, or answer all parts by the same count")
    }
    guard own.modelSHA256 == other.modelSHA256 else {
      throw refuse("answers of the same model", "those of another", again)
    }
    guard own.cut.textBytes == other.cut.textBytes, own.answers.data == other.answers.data else {
      throw refuse(
        "rows of `\(other.answers.data)` of \(other.cut.textBytes) bytes",
        "those of `\(own.answers.data)` of \(own.cut.textBytes)",
        "answer all parts of one file, named by the same path")
    }
    guard own.settingsSHA256 == other.settingsSHA256,
      own.answers.isReadLike(other.answers)
    else {
      throw refuse("a file that is read alike, with the same columns kept", "another way", again)
    }
    guard own.program == other.program else {
      throw refuse(
        "the program \(other.program)", own.program,
        "use one version everywhere, and force one set of kernels by GLASSBOX_KERNELS")
    }
  }

  /// Whether each part is there once.
  private static func checkNumbers(_ parts: [Named]) throws {
    for (one, next) in zip(parts, parts.dropFirst()) where one.record.part == next.record.part {
      throw Problem.data(
        next.path, expected: "a part that is not there yet",
        found: "part \(next.record.part) of \(next.record.parts), as in `\(one.path)`",
        fix: "name each part once")
    }
    let count = parts[0].record.parts
    guard parts.count < count else { return }
    let there = Set(parts.map(\.record.part))
    let missing = (1...count).lazy.filter { !there.contains($0) }.prefix(10).map(String.init)
    let more = count - parts.count - missing.count
    throw Problem.data(
      "parts", expected: "all \(count)",
      found: "none of part " + missing.joined(separator: ", ")
        + (more > 0 ? " and \(more) more" : ""),
      fix: "answer what is missing and name it too")
  }

  /// Whether a part goes on where the one before ends, in the same text.
  private static func check(_ next: Named, behind part: Named) throws {
    let (own, before) = (next.record.cut, part.record.cut)
    guard own.firstByte == before.nextByte, own.firstRow == before.firstRow + before.rows,
      own.sha256Before == before.sha256Through
    else {
      throw Problem.data(
        next.path, expected: "rows that follow those of `\(part.path)` in the same file",
        found: "rows of a file that was changed in between",
        fix: "answer all parts again while the file stays as it is")
    }
  }

  private static func checkEnds(_ parts: [Named]) throws {
    let (first, last) = (parts[0], parts[parts.count - 1])
    guard first.record.cut.firstRow == 0 else {
      throw Problem.data(
        first.path, expected: "the first rows of the file",
        found: "rows from \(first.record.cut.firstRow + 1) on", fix: "answer this part again")
    }
    guard last.record.cut.nextByte == last.record.cut.textBytes else {
      throw Problem.data(
        last.path, expected: "the last rows of the file",
        found: "an end at byte \(last.record.cut.nextByte) of \(last.record.cut.textBytes)",
        fix: "answer this part again")
    }
  }

  // MARK: Files

  /// Puts the answers together, as one process would have written them, in a file that appears whole or not
  /// at all.
  ///
  /// - Parameter force: whether a file that exists is replaced.
  /// - Throws: `Problem` for a part that is not as it was written, a file that exists or cannot be written.
  package func write(to path: String, force: Bool = false) throws {
    try AtomicFile.refuseToOverwrite(path, force: force)
    try AtomicFile.write(to: path) { sink in try write(to: sink) }
  }

  /// The same, some bytes at a time. What is wrong with a part is found when it was read.
  package func write(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    for (place, part) in parts.enumerated() {
      let source = try FileSource(path: part.path)
      var hash = SHA256()
      var count = 0
      // Each part has the line of names; one is enough.
      let skipped = place == 0 ? 0 : part.record.headerBytes
      while true {
        let got = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
        if got == 0 { break }
        try piece.withUnsafeBytes { bytes in
          hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<got]))
          let start = min(got, max(0, skipped - count))
          if start < got { try sink(UnsafeRawBufferPointer(rebasing: bytes[start..<got])) }
        }
        count += got
      }
      guard count == part.record.fileBytes,
        SHA256.text(hash.finalize()) == part.record.fileSHA256
      else {
        throw Problem(
          .malformed, part.path,
          expected: "the \(part.record.fileBytes) bytes that were written",
          found: count == part.record.fileBytes ? "others" : "\(count)",
          fix: "answer part \(part.record.part) of \(part.record.parts) again")
      }
    }
  }

  /// Whether all of them are as they were written.
  package func verify() throws { try write(to: { _ in }) }

  /// Removes the parts, once they are put together or will not be, with what they say of themselves.
  package static func remove(_ paths: [String]) {
    for path in paths {
      _ = unlink(path)
      _ = unlink(AnswerPart.path(for: path))
    }
  }
}

extension AnswerSummary {
  fileprivate func isReadLike(_ other: AnswerSummary) -> Bool {
    switch (findings, other.findings) {
    case (let own?, let others?): own.isOfOneFile(with: others)
    case (nil, nil): true
    default: false
    }
  }
}
