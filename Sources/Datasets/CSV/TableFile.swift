import Engine

/// A file of rows, whatever it is packed in; files that are no text are named for what they are.
package enum TableFile {
  /// The largest content of a packed table, in bytes.
  private static let packedLimit = 1 << 30

  /// Opens a file; `-` is standard input.
  /// - Parameters:
  ///   - decoders: unpack gzip and ZIP.
  ///   - isStreamed: whether it is read as it comes, so that any length fits into memory.
  ///   - takesArchives: whether a ZIP archive, which lies in memory as a whole, is read too.
  /// - Throws: `Problem`: `missing` when there is no such file, `malformed` for a workbook or another
  ///   format with the way to make a table of it.
  package static func open(
    _ path: String, decoders: Decoders = .none, isStreamed: Bool = false,
    takesArchives: Bool = true
  ) throws -> any ByteSource {
    guard isStreamed else { return try opened(FileSource.opening(path), decoders) }
    let source: any ByteSource =
      try path == "-" ? FileSource.streamingStandardInput() : FileSource(path: path)
    var peeked = try PeekedSource(source, count: 16)
    if peeked.start.starts(with: Decoders.gzipSignature), let unpacking = decoders.gunzipping {
      try peeked.rewind()
      return try unpacking(peeked)
    }
    guard takesArchives || !peeked.start.starts(with: Decoders.zipSignature) else {
      throw Problem.data(
        source.name, expected: "a CSV file, plain or packed by gzip, beside `memory`",
        found: "a ZIP archive", fix: "unpack it with `unzip`")
    }
    return try opened(source, decoders, peeked)
  }

  static func opened(
    _ source: any ByteSource, _ decoders: Decoders, _ peeked: PeekedSource? = nil
  ) throws -> any ByteSource {
    let peeked = try peeked ?? PeekedSource(source, count: 16)
    if peeked.start.starts(with: Decoders.gzipSignature) {
      return try unpacked(
        peeked, by: decoders.gunzip.map { gunzip in { try gunzip($0) } }, "gzip", "gunzip")
    }
    if peeked.start.starts(with: Decoders.zipSignature) {
      return try unpacked(
        peeked, by: decoders.unzip.map { unzip in { try unzip($0, source.name) } }, "zip", "unzip")
    }
    for (start, name, fix) in formats where peeked.start.starts(with: start) {
      throw Problem(
        .malformed, source.name, expected: "rows as text (CSV)", found: name, fix: fix)
    }
    return peeked
  }

  private static func unpacked(
    _ source: PeekedSource, by unpack: (([UInt8]) throws -> [UInt8])?, _ format: String,
    _ tool: String
  ) throws -> any ByteSource {
    guard let unpack else {
      throw Problem.data(
        source.name, expected: "a decoder for \(format)", found: "none",
        fix: "unpack it with `\(tool)`, or pass `decoders`, such as `Decoders.standard` of "
          + "GlassboxCodecs")
    }
    var source = source
    let packed = try source.readAll(limit: packedLimit)
    return MemorySource(try unpack(packed), name: source.name)
  }

  private static let workbook = "save the sheet as CSV: in Excel or LibreOffice, File, Save as"
  private static let picture =
    "give a table; to learn from images, name the folder that holds a folder of them for each class"
  /// First bytes, what has them, and how to make a table of it.
  private static let formats: [(start: [UInt8], name: String, fix: String)] = [
    (
      Array("PAR1".utf8), "a Parquet file",
      "convert it, such as: python -c \"import pandas; pandas.read_parquet('in.parquet')."
        + "to_csv('out.csv', index=False)\""
    ),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook", workbook),
    (
      Array("SQLite format 3".utf8), "an SQLite database",
      "export a table: sqlite3 -header -csv in.db 'select * from TABLE' > out.csv"
    ),
    (
      Array("ARROW1".utf8), "an Arrow (Feather) file",
      "convert it, such as: python -c \"import pandas; pandas.read_feather('in.feather')."
        + "to_csv('out.csv', index=False)\""
    ),
    (
      [0x89, 0x48, 0x44, 0x46], "an HDF5 file",
      "convert it, such as: python -c \"import pandas; pandas.read_hdf('in.h5')."
        + "to_csv('out.csv', index=False)\""
    ),
    ([0xFF, 0xD8, 0xFF], "a JPEG image", picture),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image", picture),
    (Array("%PDF".utf8), "a PDF document", "copy the table into a sheet and save that as CSV"),
    ([0x42, 0x5A, 0x68], "a file packed by bzip2", "unpack it with `bunzip2`"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "a file packed by xz", "unpack it with `unxz`"),
    ([0x28, 0xB5, 0x2F, 0xFD], "a file packed by zstd", "unpack it with `unzstd`"),
  ]
}
