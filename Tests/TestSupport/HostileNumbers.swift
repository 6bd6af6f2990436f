/// Numbers that a damaged or forged file may hold in place of a good one.
package enum HostileNumbers {
  /// As JSON writes them: nothing, below nothing, the ends of 64 bits and of 53, more than any memory,
  /// the ends of floating point, and what is no number.
  package static let texts = [
    "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
    "9007199254740993", "1099511627776", "1000000000", "1e300", "-1e300", "1e-300", "\"NaN\"",
    "\"Infinity\"",
  ]

  /// The text with one number after another replaced by each hostile one. Of the numbers under one
  /// name, as in a long list, the first two.
  package static func mutations(of json: String) -> [(place: String, text: String)] {
    let characters = Array(json.utf8)
    var found: [(place: String, text: String)] = []
    var (name, last) = ("", "")
    var seen: [String: Int] = [:]
    var next = 0
    while next < characters.count {
      let start = next
      switch characters[start] {
      case UInt8(ascii: "\""):
        next += 1
        while next < characters.count, characters[next] != UInt8(ascii: "\"") {
          next += characters[next] == UInt8(ascii: "\\") ? 2 : 1
        }
        last = String(decoding: characters[start + 1..<min(next, characters.count)], as: UTF8.self)
        next += 1
      case UInt8(ascii: ":"):
        name = last
        next += 1
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        while next < characters.count, "+-.eE0123456789".utf8.contains(characters[next]) {
          next += 1
        }
        seen[name, default: 0] += 1
        guard seen[name]! <= 2 else { continue }
        let (before, after) = (characters[..<start], characters[next...])
        found += texts.map { hostile in
          ("\(name) = \(hostile)", String(decoding: before + hostile.utf8 + after, as: UTF8.self))
        }
      default: next += 1
      }
    }
    return found
  }
}
