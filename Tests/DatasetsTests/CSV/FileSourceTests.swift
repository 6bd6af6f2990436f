import Engine
import TestSupport
import Testing

@testable import Datasets

@Suite struct FileSourceTests {
  @Test func readsRewindsAndHashesAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("data.csv")
    try folder.write("n,c\n1,a\n2,7\n3,b\n", to: "data.csv")
    // Column c is guessed twice, so the file is read twice.
    var file = try FileSource(path: path)
    let table = try DataTable(reading: file)
    #expect(table.name == path)
    #expect(table.summary.hasPrefix("n: numeric, 1…3\nc: 3 categories"))
    #expect(try file.sha256() == SHA256.hex("n,c\n1,a\n2,7\n3,b\n".utf8))
    #expect(try file.readAll() == Array("n,c\n1,a\n2,7\n3,b\n".utf8))
    try file.rewind()
    #expect(
      message { _ = try file.readAll(limit: 5) }
        == "\(path): expected at most 5 bytes, found more. Fix: raise the limit if the file is trusted."
    )
  }

  @Test func missingFilesAndFolders() throws {
    let path = "/nowhere/data.csv"
    #expect(
      throws: Problem(
        .missing, path, expected: "a readable file", found: "No such file or directory",
        fix: "check the path")
    ) { _ = try FileSource(path: path) }
    let folder = try TemporaryFolder()
    #expect(
      message { _ = try FileSource(path: folder.path) }
        == "\(folder.path): expected a readable file, found a folder.")
  }
}
