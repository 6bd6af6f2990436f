import Engine
import Platform
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
        .missing, path, expected: "a file that can be read", found: "no such file",
        fix: "check the path")
    ) { _ = try FileSource(path: path) }
    let folder = try TemporaryFolder()
    #expect(
      message { _ = try FileSource(path: folder.path) }
        == "\(folder.path): expected a file that can be read, found a folder. "
        + "Fix: name a file inside it.")
  }

  /// What never ends, or never begins, is refused; a pipe with a writer is read.
  @Test func devicesAndPipes() throws {
    for device in ["/dev/zero", "/dev/urandom"] {
      #expect(
        message { _ = try FileSource(path: device) }
          == "\(device): expected a file that ends, found a device. Fix: name an ordinary file.")
    }
    var null = try FileSource(path: "/dev/null")
    #expect(try null.readAll().isEmpty)

    let folder = try TemporaryFolder()
    let pipe = folder.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(
      message { _ = try InputFile.open(pipe, patience: 0) }
        == "\(pipe): expected a program that writes to this pipe, found none within 0 seconds. "
        + "Fix: start the writer first, or name a file.")
    let writer = open(pipe, O_RDWR)
    defer { close(writer) }
    _ = Array("a,b\n".utf8).withUnsafeBytes { SystemCall.write(writer, $0) }
    let source = try FileSource(path: pipe)
    #expect(source.length == nil)
    var bytes = [UInt8](repeating: 0, count: 4)
    #expect(try bytes.withUnsafeMutableBytes { try source.read(into: $0) } == 4)
    #expect(bytes == Array("a,b\n".utf8))
  }
}
