import Engine
import Foundation
import Testing

@testable import Datasets

/// Images that are the same, nearly the same, and not.
@Suite struct ImageTwinTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  @Test func onePictureHasOneClass() throws {
    let folder = try TemporaryImageFolder.usual()
    try folder.write("9 8 3 140", to: "dark/other.jpg")
    try folder.write("9 8 3 140 ", to: "light/same.png")
    try folder.write("9 8 3 140", to: "light/again.png")
    let text = message { _ = try folder.images() }
    #expect(text.contains("light/again.png: expected one class for one picture"))
    #expect(text.contains("the same picture as dark/other.jpg, there `dark`, here `light`"))
    #expect(text.contains("found 2 in two") && text.contains("`skip_bad: true`"))
    let images = try folder.images { $0.skipsBad = true }
    #expect(!images.files.contains { $0.path.contains("other") || $0.path.contains("same") })
    #expect(!images.files.contains { $0.path.contains("again") })
    // The usual folder has a picture like it of its own, which is in doubt too.
    #expect(images.notes.count { $0.contains("one class for one picture") } == 2)
    // The same class twice is no contradiction.
    let twice = try TemporaryImageFolder.usual()
    try twice.write("9 8 3 7", to: "dark/a.jpg")
    try twice.write("9 8 3 7", to: "dark/b.jpg")
    #expect(try twice.images().files.count == 16)
  }

  private static let side = 48

  /// Stripes or rings in noise, as every picture of a kind has them.
  private func picture(_ seed: UInt64) -> [Double] {
    var random = RandomGenerator(seed: seed, stream: 3)
    return (0..<Self.side * Self.side).map { place in
      let (x, y) = (Double(place % Self.side), Double(place / Self.side))
      return 127 + 60 * sin(x / 5 + y / 9) + 45 * (random.uniform() - 0.5)
    }
  }

  private func fingerprint(_ levels: [Double], isDeep: Bool) -> ImageFingerprint {
    let encoding = ImagePreprocessing(
      height: Self.side, width: Self.side, channels: 1,
      scaling: LevelScaling(scale: 1, offset: 0, deepRange: isDeep ? [0, .max] : nil))
    let bytes =
      isDeep
      ? levels.map { UInt16(30_000 + $0) }.withUnsafeBytes { Array($0) }
      : levels.map { UInt8(min(255, max(0, $0))) }
    return ImageFingerprint(bytes, encoding)
  }

  /// Saved again: each level changes a little. In another size: neighbours become one.
  @Test(arguments: [false, true]) func savedAgainIsNearAndLikeIsNot(_ isDeep: Bool) {
    var random = RandomGenerator(seed: 8, stream: 1)
    var images: [ImageFingerprint] = []
    for seed in 0..<20 { images.append(fingerprint(picture(UInt64(seed)), isDeep: isDeep)) }
    for seed in 0..<5 {
      images.append(
        fingerprint(
          picture(UInt64(seed)).map { $0 + 6 * (random.uniform() - 0.5) }, isDeep: isDeep))
    }
    for seed in 5..<10 {
      let levels = picture(UInt64(seed))
      images.append(
        fingerprint(
          levels.indices.map { place in
            let (x, y) = (place % Self.side / 2 * 2, place / Self.side / 2 * 2)
            return [(0, 0), (0, 1), (1, 0), (1, 1)].reduce(0) {
              $0 + levels[(y + $1.0) * Self.side + x + $1.1] / 4
            }
          }, isDeep: isDeep))
    }
    // An equal one is a duplicate, not a near one.
    images.append(images[11])
    func named(_ range: Range<Int>) -> [NamedImage] {
      range.map { NamedImage(file: "\($0 + 1).png", fingerprint: images[$0]) }
    }
    let parts = [named(0..<20), named(20..<25), named(25..<31)]
    let near = NearDuplicates([(.train, parts[0]), (.validation, parts[1]), (.test, parts[2])])
    #expect(near.count == 10)
    #expect(near.examples.map(\.twin) == Array(0..<10))
    #expect(near.examples.map(\.row) == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    let files = [Split.Part.train: parts[0], .validation: parts[1], .test: parts[2]]
    let note = near.note { files[$0]![$1].file }
    #expect(note?.contains("10 images are nearly the same") == true)
    #expect(note?.contains("validation 21.png = train 1.png") == true)
    #expect(note?.contains("test 26.png = train 6.png") == true)
    #expect(NearDuplicates([(.train, named(0..<31))]).note { _, row in "\(row)" } == nil)
  }
}
