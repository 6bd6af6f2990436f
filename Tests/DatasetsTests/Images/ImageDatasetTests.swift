import Engine
import Foundation
import Testing

@testable import Datasets

@Suite struct ImageSetTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  // MARK: Listing

  @Test func filesAreInTheOrderOfTheirBytes() throws {
    let folder = try TemporaryImageFolder()
    for name in ["b/2.jpg", "b/10.jpg", "B/x.jpg", "é/1.jpg", "b/sub/0.jpg", "b/.hidden"] {
      try folder.write("1 1 1 0", to: name)
    }
    try folder.write("notes", to: "read-me.txt")
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("nothing"), withIntermediateDirectories: true)
    let list = try ImageFolder(listing: folder.path)
    #expect(list.classes == ["B", "b", "é"])
    #expect(
      list.files.map(\.path) == ["B/x.jpg", "b/10.jpg", "b/2.jpg", "b/sub/0.jpg", "é/1.jpg"])
    #expect(list.files.map(\.label) == [0, 1, 1, 1, 2])
    #expect(
      list.notes == [
        "\(folder.path): files beside the classes' folders, not used: 1",
        "\(folder.path): folders without files, no classes: `nothing`",
        "\(folder.path): passed over 1 hidden files and files of the system: `.hidden`",
      ])
    #expect(try ImageFolder.files(below: folder.path + "/b") == ["10.jpg", "2.jpg", "sub/0.jpg"])
  }

  @Test func foldersThatAreNoClassesAreRefused() throws {
    let folder = try TemporaryImageFolder()
    #expect(message { _ = try ImageFolder(listing: folder.path) }.contains("found no files"))
    try folder.write("x", to: "a.jpg")
    #expect(
      message { _ = try ImageFolder(listing: folder.path) }
        .contains("expected a folder of images for each class, found 1 files and no such folder"))
    #expect(
      message { _ = try ImageFolder(listing: folder.path + "/nowhere") }
        .contains("found no such folder"))
  }

  @Test func namesThatAreNoTextAreRefused() throws {
    let folder = try TemporaryImageFolder()
    try folder.write("1 1 1 0", to: "a/1.jpg")
    // "é" in Latin-1, as archives of old systems have it. Not every file system takes such names.
    let path = Array("\(folder.path)/a/caf".utf8).map { CChar(bitPattern: $0) } + [-23, 0]
    guard let file = fopen(path, "w") else { return }
    fclose(file)
    #expect(
      message { _ = try ImageFolder(listing: folder.path) }.contains("a file name in UTF-8"))
  }

  @Test func linksThatLeadBackEnd() throws {
    let folder = try TemporaryImageFolder()
    try folder.write("1 1 1 0", to: "a/1.jpg")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/a/up", withDestinationPath: folder.path + "/a")
    #expect(
      message { _ = try ImageFolder(listing: folder.path) }.contains("links that lead back"))
  }

  // MARK: Reading

  @Test func sizeAndChannelsAreChosenByTheFiles() throws {
    let folder = try TemporaryImageFolder.usual()
    let images = try folder.images()
    // The middles of 6…12 with 7 nines, and of 7 eights with 7…13.
    #expect(images.encoding.height == 9)
    #expect(images.encoding.width == 8)
    #expect(images.encoding.channels == 3)
    #expect(images.storage == .memory)
    let grey = try folder.images {
      $0.size = (4, 5)
      $0.channels = 1
    }
    #expect(try grey.encoding.shape == [4, 5, 1])
    try folder.write("300 400 1 0", to: "dark/large.jpg")
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("light"))
    for place in 0..<7 {
      try folder.write("300 400 1 0", to: "dark/\(place).jpg")
    }
    #expect(try folder.images().encoding.shape == [72, 96, 1])
  }

  @Test func badFilesAreRefusedByName() throws {
    let folder = try TemporaryImageFolder.usual()
    try folder.write("a note", to: "dark/note.txt")
    try folder.write("", to: "light/empty.png")
    let refusal = message { _ = try folder.images() }
    #expect(refusal.contains("\(folder.path)/dark/note.txt: expected an image, found text."))
    #expect(refusal.contains("\(folder.path)/light/empty.png"))
    #expect(refusal.contains("found 2 that cannot"))
    #expect(refusal.contains("`skip_bad: true`"))
    try folder.write("6 8 1", to: "dark/half.jpg")
    let images = try folder.images { $0.skipsBad = true }
    #expect(images.files.count == 14)
    #expect(!images.files.contains { $0.path.contains("half") })
    #expect(
      images.notes.contains(
        "left out: \(folder.path)/dark/half.jpg: expected an image, "
          + "found half of one."))
    #expect(images.notes.count == 3)
    // The examples are those of the same folder without the bad files.
    let good = try TemporaryImageFolder.usual().images()
    #expect(good.hashes == images.hashes)
    let preprocessing = try Preprocessing(fitting: images)
    #expect(
      try preprocessing.dataset(images).inputs.everything
        == Preprocessing(fitting: good).dataset(good).inputs.everything)
  }

  /// In memory, on disk, decoded each time, by any number of threads: the same numbers.
  @Test func storageAndThreadsChangeNothing() throws {
    let folder = try TemporaryImageFolder.usual()
    let usual = try folder.images()
    let preprocessing = try Preprocessing(fitting: usual)
    let expected = try preprocessing.dataset(usual)
    let kinds: [(ImageDataset.Storage, Int, Int)] = [
      (.memory, 1 << 20, 0), (.disk, 100, 1 << 20), (.files, 100, 100),
    ]
    for (storage, memory, disk) in kinds {
      for threads in [1, 3] {
        let images = try folder.images {
          ($0.memoryLimit, $0.diskLimit, $0.threads) = (memory, disk, threads)
        }
        #expect(images.storage == storage)
        #expect(images.hashes == usual.hashes)
        #expect(try Preprocessing(fitting: images) == preprocessing)
        let data = try preprocessing.dataset(images)
        #expect(data.inputs.everything == expected.inputs.everything)
        #expect(data.targets.everything == expected.targets.everything)
      }
    }
  }

  /// A file that is gone when it is needed again is a problem, not a black image.
  @Test func filesThatVanishAreNoticed() throws {
    let folder = try TemporaryImageFolder.usual()
    let images = try folder.images { ($0.memoryLimit, $0.diskLimit) = (0, 0) }
    let data = try Preprocessing(fitting: images).dataset(images)
    _ = data.inputs[3]
    try data.inputs.check()
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("dark/3.jpg"))
    _ = try data.subset([3, 4]).inputs[0]
    #expect(message { try data.inputs.check() }.contains("dark/3.jpg"))
  }

  // MARK: Preprocessing

  @Test func scalingIsFittedOnTheTrainingImages() throws {
    let folder = try TemporaryImageFolder.usual()
    let images = try folder.images()
    let rows = [0, 1, 2, 8, 9]
    let preprocessing = try Preprocessing(fitting: images, rows: rows)
    let inputs = try preprocessing.dataset(images).subset(rows).inputs
    for channel in 0..<3 {
      let numbers = stride(from: channel, to: inputs.everything.count, by: 3)
        .map { Double(inputs.everything[$0]) }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let variance = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count) - mean * mean
      #expect(abs(mean) < 1e-5)
      #expect(abs(variance - 1) < 1e-5)
    }
    #expect(preprocessing.classes == ["dark", "light"])
    let raw = try Preprocessing(fitting: images, scaling: .none).dataset(images).inputs
    let shares = try Preprocessing(fitting: images, scaling: .minMax).dataset(images).inputs
    #expect(zip(raw.everything, shares.everything).allSatisfy { abs($0 / 255 - $1) < 1e-6 })
  }

  /// One image alone becomes the numbers it became in the folder, also after being stored.
  @Test func oneImageAloneIsTheSame() throws {
    let folder = try TemporaryImageFolder.usual()
    let images = try folder.images()
    let fitted = try Preprocessing(fitting: images)
    let preprocessing = try JSONDecoder().decode(
      Preprocessing.self, from: JSONEncoder().encode(fitted))
    #expect(preprocessing == fitted)
    let data = try preprocessing.dataset(images)
    for (row, file) in images.files.enumerated() {
      let image = try TemporaryImageFolder.decoder.read("\(folder.path)/\(file.path)")
      #expect(try preprocessing.encode(images: [image])[0] == data.inputs[row])
    }
  }

  /// Images of an IDX file go through the same steps as image files.
  @Test func imagesOfOtherFilesAreEncodedToo() throws {
    let preprocessing = try Preprocessing(
      fitting: TemporaryImageFolder.usual().images { $0.channels = 1 })
    let bytes: [UInt8] = (0..<2 * 5 * 4).map { UInt8(6 * $0) }
    let images = try IDX(idx(0x08, [2, 5, 4], bytes), name: "images")
    let image = try DecodedImage(height: 5, width: 4, channels: 1, bytes: Array(bytes[20...]))
    #expect(
      try preprocessing.encode(images)[1] == preprocessing.encode(images: [image])[0])
    let signed = try IDX(idx(0x09, [1, 2, 2], [0, 0, 0, 0]), name: "signed")
    #expect(throws: Problem.self) { try preprocessing.encode(signed) }
  }

  @Test func unknownClassesAreRefused() throws {
    let folder = try TemporaryImageFolder.usual()
    let preprocessing = try Preprocessing(fitting: folder.images())
    try folder.write("9 8 3 0", to: "strange/0.png")
    #expect(
      message { _ = try preprocessing.dataset(folder.images { $0.size = (9, 8) }) }
        .contains("strange: expected one of the classes `dark`, `light`, found `strange`"))
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("light"))
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("strange"))
    #expect(
      message { _ = try Preprocessing(fitting: folder.images()) }.contains("only `dark`"))
  }

  @Test func damagedEncodingsAreRefused() throws {
    let fitted = try Preprocessing(fitting: TemporaryImageFolder.usual().images())
    let text = String(decoding: try JSONEncoder().encode(fitted), as: UTF8.self)
    for (good, bad) in [("\"height\":9", "\"height\":0"), ("\"channels\":3", "\"channels\":2")] {
      #expect(text.contains(good))
      #expect(throws: Problem.self) {
        try JSONDecoder().decode(
          Preprocessing.self, from: Data(text.replacingOccurrences(of: good, with: bad).utf8))
      }
    }
  }
}
