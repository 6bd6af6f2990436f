import Engine
import Foundation
import TestSupport
import Testing

@testable import Codecs

/// Archives made by Python's `zipfile`, and the same damaged.
@Suite struct ZipTests {
  private static func seed(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: repositoryPath("Fuzzing/Seeds/zip/\(name)"))))
  }

  private func message(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
    do {
      _ = try Zip.decode(bytes, limit: limit, name: "x.zip")
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  /// One stored archive of some files; sizes and checksums are not looked at where it is refused earlier.
  private func archive(
    _ names: [String], flags: UInt8 = 0, method: UInt8 = 0, entries: UInt8? = nil
  ) -> [UInt8] {
    var (bytes, list) = ([UInt8](), [UInt8]())
    for name in names {
      let offset = bytes.count
      let length = UInt8(name.utf8.count)
      let common: [UInt8] = [20, 0, flags, 8, method, 0] + [UInt8](repeating: 0, count: 16)
      bytes += [0x50, 0x4B, 3, 4] + common + [length, 0, 0, 0] + Array(name.utf8)
      list += [0x50, 0x4B, 1, 2, 20, 3] + common + [length] + [UInt8](repeating: 0, count: 13)
      list += [UInt8(offset & 255), UInt8(offset >> 8), 0, 0] + Array(name.utf8)
    }
    let count = entries ?? UInt8(names.count)
    return bytes + list + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, count, 0, count, 0]
      + [UInt8(list.count & 255), UInt8(list.count >> 8), 0, 0]
      + [UInt8(bytes.count & 255), UInt8(bytes.count >> 8), 0, 0, 0, 0]
  }

  @Test func oneFileIsRead() throws {
    #expect(try Zip.decode(Self.seed("stored.zip")) == Array("x,y\n1,2\n".utf8))
    let packed = Array(("x,y\n" + String(repeating: "1,2\n", count: 40)).utf8)
    #expect(try Zip.decode(Self.seed("packed.zip")) == packed)
    #expect(try Zip.decode(archive(["empty.csv"])) == [])
    #expect(try Zip.decode(archive(["a/", "a/empty.csv", "a/.DS_Store", "__MACOSX/._x"])) == [])
  }

  @Test func whatIsNoTableIsNamed() {
    #expect(message(archive([])).contains("found none"))
    let several = message(archive(["a.csv", "b.csv"]))
    #expect(several.contains("found 2: `a.csv`, `b.csv`") && several.contains("unzip"))
    let workbook = message(archive(["[Content_Types].xml", "xl/workbook.xml"]))
    #expect(workbook.contains("an Excel workbook") && workbook.contains("Save as"))
    #expect(message(archive(["mimetype", "content.xml"])).contains("an OpenDocument file"))
    #expect(message(archive(["a.csv"], flags: 1)).contains("an encrypted file"))
    #expect(message(archive(["a.csv"], method: 14)).contains("packed by method 14"))
  }

  @Test func contentBeyondTheLimitIsRefused() throws {
    for name in ["stored.zip", "packed.zip"] {
      #expect(message(try Self.seed(name), limit: 7).contains("at most 7 bytes"))
    }
  }

  /// Every byte changed and every length cut: refused, or what was packed.
  @Test func damageIsFound() throws {
    for name in ["stored.zip", "packed.zip"] {
      let whole = try Self.seed(name)
      let content = try Zip.decode(whole)
      for place in whole.indices {
        var damaged = whole
        damaged[place] ^= 0x41
        do {
          #expect(try Zip.decode(damaged) == content, "\(name), byte \(place)")
        } catch { #expect(error is Problem) }
        #expect(throws: Problem.self) { try Zip.decode(Array(whole[..<place])) }
      }
    }
  }
}
