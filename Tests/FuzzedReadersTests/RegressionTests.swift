import Foundation
import FuzzedReaders
import TestSupport
import Testing

/// The files of `Fuzzing/Seeds` and `Fuzzing/Regressions`: each once brought a reader down, or shows it
/// what its files look like; and damaged ones made of the seeds.
@Suite struct RegressionTests {
  struct File: Sendable, CustomTestStringConvertible {
    let reader: FuzzedReader
    let path: String
    var testDescription: String { path }
  }

  private static func files(of reader: FuzzedReader, in kind: String) -> [File] {
    let folder = "Fuzzing/\(kind)/\(reader.rawValue)"
    return ((try? repositoryFiles(in: folder)) ?? [])
      .map { File(reader: reader, path: "\(folder)/\($0)") }
  }

  static let files: [File] = FuzzedReader.allCases.flatMap { reader in
    ["Seeds", "Regressions"].flatMap { files(of: reader, in: $0) }
  }

  private func bytes(_ file: File) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: repositoryPath(file.path))))
  }

  /// The longest that an input may take, on a busy machine without optimisation.
  private static let patience = Duration.seconds(10)

  @Test(arguments: files)
  func isReadOrRefused(_ file: File) throws {
    let folder = try TemporaryFolder()
    let bytes = try bytes(file)
    let start = ContinuousClock.now
    #expect(file.reader.defect(on: bytes, folder: folder.path) == nil)
    #expect(ContinuousClock.now - start < Self.patience)
  }

  /// The same damaged files each time; millions more, and others, are the business of the package
  /// `Fuzzing`.
  @Test(arguments: FuzzedReader.allCases)
  func damagedSeedsAreReadOrRefused(_ reader: FuzzedReader) throws {
    let folder = try TemporaryFolder()
    let seeds = try Self.files(of: reader, in: "Seeds").map(bytes)
    try #require(!seeds.isEmpty)
    var mutator = Mutator(seeds, seed: 1)
    for number in 0..<Self.damagedFiles {
      let bytes = mutator.next()
      let start = ContinuousClock.now
      let defect = reader.defect(on: bytes, folder: folder.path)
      #expect(defect == nil && ContinuousClock.now - start < Self.patience, "file \(number)")
    }
  }

  private static let damagedFiles =
    ProcessInfo.processInfo.environment["GLASSBOX_DAMAGED_FILES"].flatMap { Int($0) } ?? 500
}
