import Engine
import Testing

@testable import Datasets

/// The bytes of an IDX file.
func idx(_ element: UInt8, _ extents: [Int], _ content: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = [0, 0, element, UInt8(extents.count)]
  for extent in extents {
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: extent >> shift)) }
  }
  return bytes + content
}

@Suite struct IDXTests {
  @Test func imagesAndLabels() throws {
    let images = try IDX(idx(0x08, [4, 2, 1], [0, 255, 51, 102, 0, 0, 1, 2]), name: "images")
    let labels = try IDX(idx(0x08, [4], [7, 3, 7, 10]), name: "labels")
    let preprocessing = try Preprocessing(fitting: images, labels: labels)
    #expect(preprocessing.inputShape == [2, 1, 1])
    #expect(preprocessing.classes == ["3", "7", "10"])
    let data = try preprocessing.dataset(images, labels: labels)
    #expect(data.count == 4)
    #expect(data[0].input == [0, 1])
    #expect((0..<4).map { data[$0].target } == [[1], [0], [1], [2]])
    #expect(try preprocessing.encode(pixels: [51, 102]) == data[1].input)
    #expect(
      message { _ = try preprocessing.encode(pixels: [1]) }
        == "image: expected 2 bytes for shape [2, 1, 1], found 1.")
    let few = try Preprocessing(fitting: images, labels: labels, rows: [0, 1])
    #expect(
      message { _ = try few.dataset(images, labels: labels) }
        == "labels: element 4: expected one of the classes `3`, `7`, found `10`. "
        + "Fix: correct the label, or train with images of this class.")
    #expect(
      message { _ = try Preprocessing(fitting: images, labels: labels, rows: [0, 2]) }
        == "labels: expected at least two classes, found only `7`. Fix: add images of another class."
    )
  }

  @Test func elementKinds() throws {
    #expect(try IDX(idx(0x09, [1], [0xFE]), name: "x").number(0) == -2)
    #expect(try IDX(idx(0x0B, [2], [0xFF, 0xFF, 1, 0]), name: "x").number(1) == 256)
    #expect(try IDX(idx(0x0C, [1], [0xFF, 0xFF, 0xFF, 0xFB]), name: "x").number(0) == -5)
    #expect(try IDX(idx(0x0D, [1], [0x3F, 0xC0, 0, 0]), name: "x").number(0) == 1.5)
    let double = try IDX(idx(0x0E, [1, 1], [0xC0, 0x04, 0, 0, 0, 0, 0, 0]), name: "x")
    #expect(double.number(0) == -2.5)
    #expect(try double.samples()[0] == [-2.5])
    #expect(
      message { _ = try IDX(idx(0x0D, [1], [0x7F, 0x80, 0, 0]), name: "x").samples() }
        == "x: element 0: expected a finite number that fits in 32 bits, found inf.")
  }

  @Test func decoderIsAValue() throws {
    let packed: [UInt8] = [0x1F, 0x8B, 42]
    let unpacked = try IDX(packed, name: "x.gz") { bytes in
      #expect(bytes == packed)
      return idx(0x08, [2], [1, 2])
    }
    #expect(try unpacked.labels() == [1, 2])
    #expect(
      message { _ = try IDX(packed, name: "x.gz") }
        == "x.gz: expected an IDX file, found a gzip file. "
        + "Fix: unpack it first, or pass a decoder for gzip.")
  }

  @Test func badFiles() throws {
    for (bytes, text) in [
      (
        [],
        "x: byte 0: expected 4 bytes in all, found the end of the file. "
          + "Fix: copy or download the file again."
      ),
      (
        [1, 0, 8, 1],
        "x: byte 0: expected the magic number of an IDX file, found 01000801. "
          + "Fix: check that this is an IDX file."
      ),
      (
        [0, 0, 0x0A, 1],
        "x: byte 0: expected the magic number of an IDX file, found 00000a01. "
          + "Fix: check that this is an IDX file."
      ),
      ([0, 0, 8, 0], "x: byte 3: expected 1 to 8 axes, found 0."),
      ([0, 0, 8, 9], "x: byte 3: expected 1 to 8 axes, found 9."),
      (
        [0, 0, 8, 2, 0, 0],
        "x: byte 6: expected 12 bytes in all, found the end of the file. "
          + "Fix: copy or download the file again."
      ),
      (
        idx(8, [3], [1, 2]),
        "x: byte 10: expected 11 bytes in all, found the end of the file. "
          + "Fix: copy or download the file again."
      ),
      (
        idx(8, [3], [1, 2, 3, 4]),
        "x: byte 11: expected the end of the file after 3 elements, found 1 more bytes."
      ),
      (
        idx(8, [Int(UInt32.max), Int(UInt32.max)], []),
        "x: byte 4: expected a count that fits in 63 bits, found [4294967295, 4294967295]."
      ),
    ] as [([UInt8], String)] {
      #expect(message { _ = try IDX(bytes, name: "x") } == text)
    }
    // 2³¹ · 2³¹ doubles: the elements can be counted, their bytes cannot.
    #expect(
      message { _ = try IDX(idx(0x0E, [1 << 31, 1 << 31], []), name: "x") }
        == "x: byte 12: expected \(Int.max) bytes in all, found the end of the file. "
        + "Fix: copy or download the file again.")
    #expect(
      message { _ = try IDX(idx(0x08, [0, 2, 2], []), name: "x") }
        == "x: byte 4: expected at least one example, found none.")
    #expect(
      message { _ = try IDX(idx(0x08, [30, 0, 28], []), name: "x") }
        == "x: byte 8: expected examples with extents of at least 1, found 0 × 28. "
        + "Fix: copy or download the file again.")
  }

  /// However many labels there are for the images, a split, a preprocessing and a dataset are made or
  /// refused.
  @Test func anyNumberOfLabels() throws {
    let images = try IDX(idx(0x08, [30, 1, 2], [UInt8](repeating: 3, count: 60)), name: "images")
    for count in [1, 2, 29, 30, 31, 60] {
      let labels = try IDX(
        idx(0x08, [count], (0..<count).map { UInt8($0 % 2) }), name: "labels")
      let isMade = (try? Split(count: 30, strata: labels.labels(), seed: 1)) != nil
      #expect(isMade == (count == 30))
      #expect(((try? Preprocessing(fitting: images, labels: labels)) != nil) == (count == 30))
    }
  }

  @Test func filesThatDoNotBelongTogether() throws {
    let images = try IDX(idx(0x08, [2, 1, 1], [0, 1]), name: "images")
    let labels = try IDX(idx(0x08, [3], [0, 1, 2]), name: "labels")
    #expect(
      message { _ = try Preprocessing(fitting: images, labels: labels) }
        == "images and labels: expected a label for each image, found 2 images and 3 labels. "
        + "Fix: check that the files belong together.")
    #expect(
      message { _ = try Preprocessing(fitting: images, labels: images) }
        == "images: expected one label for each example: one axis, found shape [2, 1, 1]. "
        + "Fix: check that images and labels are not exchanged.")
    #expect(
      message {
        _ = try Preprocessing(
          fitting: labels, labels: IDX(idx(0x0D, [3], .init(repeating: 63, count: 12)), name: "f"))
      } == "f: element 0: expected a whole number as label, found 0.7470588088035583.")
  }
}
