import CZlib
package import Datasets
import Engine

/// ZIP archives (PKWARE's APPNOTE.TXT 6.3) that hold one file, or several: stored, or packed by DEFLATE.
///
/// What macOS adds to an archive (`__MACOSX`, `.DS_Store`) and folders do not count.
package enum Zip {
  /// The content of the one file, checked against its CRC-32 and length.
  ///
  /// - Parameters:
  ///   - bytes: A whole archive.
  ///   - limit: The largest content accepted, in bytes; a small file can unpack to a huge one.
  ///   - name: How messages call the archive.
  /// - Throws: `Problem` of kind `malformed`: for several files, workbooks and archives that are encrypted,
  ///   split, larger than 4 GiB or packed otherwise with what to do instead, for damage with the offset.
  package static func decode(
    _ bytes: [UInt8], limit: Int = 1 << 30, name: String = "zip archive"
  ) throws -> [UInt8] {
    let archive = Archive(bytes: bytes, name: name)
    let members = try archive.members().filter { !$0.isIgnored }
    if let kind = workbook(members) {
      throw archive.refusal("rows as text (CSV)", kind.name, kind.fix)
    }
    guard members.count == 1, let member = members.first else {
      let names = members.prefix(5).map { "`\($0.name)`" }.joined(separator: ", ")
      throw archive.refusal(
        "one file in the archive",
        members.isEmpty ? "none" : "\(members.count): \(names)" + (members.count > 5 ? ", …" : ""),
        members.isEmpty ? "" : "unpack it with `unzip` and name the file that you mean")
    }
    return try archive.content(of: member, limit: limit)
  }

  /// What reads each file of an archive that holds several, by their names; folders do not count.
  ///
  /// A file that unpacks to more than the whole archive has is refused when it is read.
  /// - Throws: `Problem` for an archive that is damaged, or that has two files of one name.
  package static func files(
    _ bytes: [UInt8], name: String = "zip archive"
  ) throws -> Decoders.Files {
    let archive = Archive(bytes: bytes, name: name)
    var files: Decoders.Files = [:]
    for member in try archive.members() where !member.isIgnored {
      guard files[member.name] == nil else {
        throw archive.refusal("files of different names", "`\(member.name)` twice", "")
      }
      files[member.name] = { try archive.content(of: member, limit: bytes.count) }
    }
    return files
  }

  /// What other programs keep in the form of an archive.
  private static func workbook(_ members: [Member]) -> (name: String, fix: String)? {
    let save = "save the sheet as CSV: in Excel or LibreOffice, File, Save as"
    let names = Set(members.map(\.name))
    if names.contains("[Content_Types].xml") {
      return names.contains("xl/workbook.xml") || names.contains("xl/workbook.bin")
        ? ("an Excel workbook", save) : ("an Office document", "save the table as CSV")
    }
    if names.contains("mimetype"), names.contains("content.xml") {
      return ("an OpenDocument file", save)
    }
    return nil
  }

  /// An entry of the list at the archive's end.
  fileprivate struct Member: Sendable {
    var name: String
    var flags: Int
    var method: Int
    var checksum: UInt32
    var packed: Int
    var size: Int
    var offset: Int

    /// Folders, and what macOS adds.
    var isIgnored: Bool {
      name.hasSuffix("/") || name.hasPrefix("__MACOSX/") || name == ".DS_Store"
        || name.hasSuffix("/.DS_Store")
    }
  }

  fileprivate struct Archive: Sendable {
    let bytes: [UInt8]
    let name: String
  }
}

extension Zip.Archive {
  private static let endLength = 22
  private static let entryLength = 46
  private static let headerLength = 30
  /// The longest comment behind the list.
  private static let commentLimit = 65_535

  /// All entries.
  func members() throws -> [Zip.Member] {
    let end = try end()
    let (count, start) = (number(end + 10, 2), number(end + 16, 4))
    guard count < 0xFFFF, start < 0xFFFF_FFFF else { throw unreadable("more than 4 GiB (zip64)") }
    guard number(end + 4, 2) == 0, number(end + 8, 2) == count else {
      throw unreadable("a part of an archive in several files")
    }
    var members: [Zip.Member] = []
    var place = start
    for _ in 0..<count {
      guard place + Self.entryLength <= end, number(place, 4) == 0x0201_4B50 else {
        throw damage(place, "an entry of the archive's list")
      }
      let length = number(place + 28, 2)
      let next = place + Self.entryLength + length + number(place + 30, 2) + number(place + 32, 2)
      guard next <= end else { throw damage(place, "an entry within the archive's list") }
      let nameStart = place + Self.entryLength
      members.append(
        Zip.Member(
          name: String(decoding: bytes[nameStart..<nameStart + length], as: UTF8.self),
          flags: number(place + 8, 2), method: number(place + 10, 2),
          checksum: UInt32(number(place + 16, 4)), packed: number(place + 20, 4),
          size: number(place + 24, 4), offset: number(place + 42, 4)))
      place = next
    }
    return members
  }

  /// Where the record at the end lies.
  private func end() throws -> Int {
    let last = bytes.count - Self.endLength
    guard last >= 0 else { throw damage(bytes.count, "the archive's list of files") }
    for place in stride(from: last, through: max(0, last - Self.commentLimit), by: -1)
    where bytes[place] == 0x50 && number(place, 4) == 0x0605_4B50
      && place + Self.endLength + number(place + 20, 2) == bytes.count
    {
      return place
    }
    throw damage(bytes.count, "the archive's list of files")
  }

  func content(of member: Zip.Member, limit: Int) throws -> [UInt8] {
    guard member.flags & 1 == 0 else { throw unreadable("an encrypted file") }
    guard [member.size, member.packed, member.offset].allSatisfy({ $0 < 0xFFFF_FFFF }) else {
      throw unreadable("a file of more than 4 GiB (zip64)")
    }
    guard member.method == 0 || member.method == 8 else {
      throw unreadable("a file packed by method \(member.method)")
    }
    guard member.size <= limit else { throw Inflation.tooLong(limit, name) }
    let header = member.offset
    guard header + Self.headerLength <= bytes.count, number(header, 4) == 0x0403_4B50 else {
      throw damage(header, "the header of `\(member.name)`")
    }
    let start = header + Self.headerLength + number(header + 26, 2) + number(header + 28, 2)
    guard start + member.packed <= bytes.count else {
      throw damage(bytes.count, "the rest of `\(member.name)`")
    }
    let content =
      member.method == 0
      ? Array(bytes[start..<start + member.packed])
      : try bytes[start..<start + member.packed].withUnsafeBufferPointer { packed in
        try Inflation.unpack(.none, limit: limit, name: name) { inflation in
          // An empty slice may have no address.
          guard !packed.isEmpty else { throw damage(start, "compressed data") }
          _ = try inflation.unpack(packed, from: 0)
          return inflation.output
        }
      }
    guard content.count == member.size, Self.checksum(content) == member.checksum else {
      throw damage(start, "the content that the archive's checksum belongs to")
    }
    return content
  }

  private static func checksum(_ content: [UInt8]) -> UInt32 {
    content.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
  }

  /// A number of so many bytes, the lowest first.
  private func number(_ place: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }

  func refusal(_ expected: String, _ found: String, _ fix: String) -> Problem {
    Problem(.malformed, name, expected: expected, found: found, fix: fix)
  }

  private func unreadable(_ found: String) -> Problem {
    refusal("a plain ZIP archive of one file", found, "unpack it with `unzip` or `7z`")
  }

  private func damage(_ place: Int, _ expected: String) -> Problem {
    Problem(
      .malformed, "\(name): byte \(place)", expected: expected, found: "other bytes",
      fix: Inflation.copyAgain)
  }
}
