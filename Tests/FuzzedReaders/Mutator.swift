import Engine
import TestSupport

/// Makes damaged files of good ones, the same ones for the same seed.
package struct Mutator {
  private let files: [[UInt8]]
  private var generator: RandomGenerator

  /// - Parameter files: good ones, at least one.
  package init(_ files: [[UInt8]], seed: UInt64) {
    self.files = files
    generator = RandomGenerator(seed: seed)
  }

  /// One of the files with one to four changes.
  package mutating func next() -> [UInt8] {
    var bytes = files.randomElement(using: &generator)!
    for _ in 0...Int.random(in: 0..<4, using: &generator) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &generator)
    let part = place..<min(bytes.count, place + Int.random(in: 1...16, using: &generator))
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: if !part.isEmpty { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
    case 1: if !part.isEmpty { bytes[place] = Self.extremes.randomElement(using: &generator)! }
    case 2: bytes.removeSubrange(part)
    case 3: bytes.removeSubrange(place...)
    case 4: bytes.insert(contentsOf: bytes[part], at: part.upperBound)
    case 5: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
    case 6: insertPart(of: files.randomElement(using: &generator)!, into: &bytes, at: place)
    default: replaceNumber(in: &bytes, after: place)
    }
  }

  /// What ends lengths, signs and texts.
  private static let extremes: [UInt8] =
    [0, 1, 0x7F, 0x80, 0xFE, 0xFF] + Array("\"',:{}[]-\n".utf8)

  private mutating func insertPart(of file: [UInt8], into bytes: inout [UInt8], at place: Int) {
    let start = Int.random(in: 0...file.count, using: &generator)
    let end = Int.random(in: start...min(file.count, start + 64), using: &generator)
    bytes.insert(contentsOf: file[start..<end], at: place)
  }

  /// The next number that is written with digits becomes one that no file should hold.
  private mutating func replaceNumber(in bytes: inout [UInt8], after place: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    let hostile = HostileNumbers.texts.randomElement(using: &generator)!
    bytes.replaceSubrange(start..<end, with: hostile.utf8)
  }
}
