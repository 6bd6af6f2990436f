import Foundation
import FuzzedReaders
import TestSupport
import Testing

/// The files of `Fuzzing/Seeds` and `Fuzzing/Regressions`: each once brought a reader down, or shows it
/// what its files look like.
@Suite struct RegressionTests {
  struct File: Sendable, CustomTestStringConvertible {
    let reader: FuzzedReader
    let path: String
    var testDescription: String { path }
  }

  static let files: [File] = FuzzedReader.allCases.flatMap { reader in
    ["Seeds", "Regressions"].flatMap { kind in
      ((try? repositoryFiles(in: "Fuzzing/\(kind)/\(reader.rawValue)")) ?? [])
        .map { File(reader: reader, path: "Fuzzing/\(kind)/\(reader.rawValue)/\($0)") }
    }
  }

  @Test(arguments: FuzzedReader.allCases)
  func everyReaderHasSeeds(_ reader: FuzzedReader) throws {
    #expect(try !repositoryFiles(in: "Fuzzing/Seeds/\(reader.rawValue)").isEmpty)
  }

  @Test(arguments: files)
  func isReadOrRefused(_ file: File) throws {
    let folder = try TemporaryFolder()
    let bytes = Array(try Data(contentsOf: URL(filePath: repositoryPath(file.path))))
    let start = ContinuousClock.now
    #expect(file.reader.defect(on: bytes, folder: folder.path) == nil)
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
