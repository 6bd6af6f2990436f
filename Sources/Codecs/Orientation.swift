import Datasets
import Engine

/// How a stored image must be turned to be seen upright: the Exif tag 0x0112 (JEITA CP-3451).
enum Orientation: Int, CaseIterable {
  case upright = 1
  case mirrored, upsideDown, mirroredUpsideDown
  case transposed, turnedLeft, transverse, turnedRight

  /// The same for who takes the stored rows one after the other.
  var turn: ImageTurn {
    ImageTurn(
      isTurned: rawValue >= 5,
      mirrorsRows: [.upsideDown, .mirroredUpsideDown, .turnedLeft, .transverse].contains(self),
      mirrorsPixels: [.mirrored, .upsideDown, .turnedRight, .transverse].contains(self))
  }

  /// Reads it from Exif data: a TIFF header and its first directory.
  ///
  /// Nil for anything that is not as it should be: damage here harms no pixel.
  init?(exif bytes: ByteReader) {
    let isBigEndian = bytes[0] == UInt8(ascii: "M")
    guard bytes[0] == bytes[1], isBigEndian || bytes[0] == UInt8(ascii: "I") else { return nil }
    func number(_ position: Int, _ count: Int) -> Int? {
      bytes.number(at: position, count, isBigEndian: isBigEndian)
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2)
    else { return nil }
    let (shortKind, tag) = (3, 0x0112)
    for entry in 0..<entries {
      // At most 65,535 entries of 12 bytes behind an offset of 32 bits.
      let place = directory + 2 + 12 * entry
      guard let found = number(place, 2) else { return nil }
      guard found == tag else { continue }
      guard number(place + 2, 2) == shortKind, let value = number(place + 8, 2) else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
  }

  /// The image turned upright.
  func applied(to image: DecodedImage) throws -> DecodedImage {
    if self == .upright { return image }
    let (height, width) = (image.height, image.width)
    let pixel = image.stored.count / (height * width)
    let turn = turn
    let (rows, columns) = turn.isTurned ? (width, height) : (height, width)
    let turned = [UInt8](unsafeUninitializedCapacity: image.stored.count) { buffer, made in
      image.stored.withUnsafeBufferPointer { stored in
        var next = 0
        for row in 0..<rows {
          for column in 0..<columns {
            let (along, across) = turn.isTurned ? (column, row) : (row, column)
            let storedRow = turn.mirrorsRows ? height - 1 - along : along
            let storedColumn = turn.mirrorsPixels ? width - 1 - across : across
            let place = pixel * (storedRow * width + storedColumn)
            for byte in 0..<pixel { buffer[next + byte] = stored[place + byte] }
            next += pixel
          }
        }
      }
      made = image.stored.count
    }
    return try DecodedImage(
      height: rows, width: columns, channels: image.channels, isDeep: image.isDeep, stored: turned)
  }
}

/// Bytes that may be asked for at any place; there is nothing outside them.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  subscript(position: Int) -> UInt8? {
    guard position >= 0, position < bytes.count else { return nil }
    return bytes[bytes.startIndex + position]
  }

  /// A number of 1 to 4 bytes.
  func number(at position: Int, _ count: Int, isBigEndian: Bool) -> Int? {
    let (end, overflow) = position.addingReportingOverflow(count)
    guard !overflow, position >= 0, end <= bytes.count else { return nil }
    var number = 0
    for place in 0..<count {
      let byte = bytes[bytes.startIndex + position + (isBigEndian ? place : count - 1 - place)]
      number = number << 8 | Int(byte)
    }
    return number
  }

  func starts(with prefix: [UInt8], at position: Int) -> Bool {
    from(position, count: prefix.count).bytes.elementsEqual(prefix)
  }

  /// At most `count` bytes from a place on; none where it lies outside.
  func from(_ position: Int, count: Int) -> ByteReader {
    guard position >= 0, position < bytes.count, count > 0 else { return ByteReader([]) }
    return ByteReader(bytes.dropFirst(position).prefix(count))
  }
}
