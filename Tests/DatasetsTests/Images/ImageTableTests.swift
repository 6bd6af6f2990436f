import Engine
import Foundation
import Testing

@testable import Datasets

@Suite struct ImageTableTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  /// The usual folder with a table of its files: path, kind, size, note.
  private func folder(_ change: (inout [String]) -> Void = { _ in }) throws -> TemporaryImageFolder
  {
    let folder = try TemporaryImageFolder.usual()
    var rows = ["path,kind,size,note"]
    for place in 0..<7 {
      rows.append("dark/\(place).jpg,night,\(place).5,a")
      rows.append("light/\(place).png,day,\(place).25,b")
    }
    change(&rows)
    try folder.write(rows.joined(separator: "\n") + "\n", to: "pictures.csv")
    return folder
  }

  private func table(
    _ folder: TemporaryImageFolder, _ column: ImageColumn = .found(besides: ["kind"]),
    target: String = "kind", skips: Bool = false
  ) throws -> DataTable {
    var options = ImageOptions()
    options.skipsBad = skips
    return try DataTable(path: folder.path + "/pictures.csv").openingImages(
      column, in: folder.path, targets: [target], options
    ) { TemporaryImageFolder.decoder }
  }

  @Test func imagesAreThoseOfTheFolder() throws {
    let folder = try folder()
    for column in [ImageColumn.found(besides: ["kind"]), .named("path")] {
      let table = try table(folder, column)
      #expect(table.images?.column == "path" && table.count == 14)
      #expect(table.notes.contains { $0.contains("column `path` names images") })
      #expect(table.notes.contains { $0.contains("further columns: `size`, `note`") })
      var options = PreprocessingOptions()
      options.ignoring = ["size", "note"]
      let preprocessing = try Preprocessing(fitting: table, target: "kind", options: options)
      #expect(preprocessing.notes.count == 2 && preprocessing.columnWidth == 0)
      #expect(preprocessing.classes == ["day", "night"])
      let data = try preprocessing.dataset(table)
      let images = try folder.images()
      let expected = try Preprocessing(fitting: images).dataset(images)
      #expect(data.images?[0].file == "\(folder.path)/dark/0.jpg")
      for row in 0..<7 {
        #expect(data.inputs[2 * row] == expected.inputs[row])
        #expect(data.inputs[2 * row + 1] == expected.inputs[7 + row])
        #expect(data.targets[2 * row] == [1] && data.targets[2 * row + 1] == [0])
      }
      let part = try preprocessing.dataset(table, rows: [3, 0])
      #expect(
        part.inputs[1] == data.inputs[0] && part.images?[0].file.hasSuffix("light/1.png") == true)
      let stored = try JSONDecoder().decode(
        Preprocessing.self, from: JSONEncoder().encode(preprocessing))
      #expect(stored == preprocessing && stored.imageColumn == .named("path"))
    }
    let numbers = try Preprocessing(
      fitting: table(folder, .found(besides: ["size"]), target: "size"), target: "size")
    #expect(numbers.task == .regression)
    #expect(try table(folder, .none).images == nil)
  }

  /// Further columns stand behind the image, each example's own; what comes without them counts as missing.
  @Test func columnsStandBesideTheImage() throws {
    let folder = try folder { rows in
      for place in rows.indices.dropFirst() { rows[place] += "\(place % 3)" }
      rows[4] = "light/1.png,day,,b1"
    }
    let table = try table(folder)
    let preprocessing = try Preprocessing(fitting: table, target: "kind")
    let image = try #require(preprocessing.imageShape)
    #expect(
      preprocessing.inputNames == [
        "size", "size is missing", "note = a0", "note = a1", "note = a2", "note = b0", "note = b1",
        "note = b2",
      ])
    #expect(preprocessing.inputShape == [image.count + 8])
    let data = try preprocessing.dataset(table)
    var options = PreprocessingOptions()
    options.ignoring = ["size", "note"]
    let alone = try Preprocessing(fitting: table, target: "kind", options: options).dataset(table)
    let others = try Preprocessing(
      fitting: DataTable(path: folder.path + "/pictures.csv"), target: "kind",
      options: {
        options.ignoring = ["path"]
        return options
      }()
    ).dataset(DataTable(path: folder.path + "/pictures.csv"))
    for row in [0, 3, 13] {
      #expect(data.inputs[row] == alone.inputs[row] + others.inputs[row])
      #expect(try data.subset([5, row]).inputs[1] == data.inputs[row])
    }
    #expect(data.inputs.isSlow && preprocessing.notes.isEmpty)

    // Only the image is varied.
    var varied = data
    varied.augmentation = .usual
    let variant = varied.variedInput(3, seed: 1, epoch: 2)
    #expect(variant.suffix(8) == data.inputs[3].suffix(8))
    #expect(variant.prefix(image.count) != data.inputs[3].prefix(image.count))
    var plain = alone
    plain.augmentation = .usual
    #expect(Array(variant.prefix(image.count)) == plain.variedInput(3, seed: 1, epoch: 2))

    let images = try folder.images { options in
      options.size = (image[0], image[1])
      options.channels = image[2]
    }
    let bare = try preprocessing.datasetToScore(images)
    #expect(bare.inputs[1].suffix(8) == [0, 1, 0, 0, 0, 0, 0, 0])
    var unseen = UnseenValues()
    let levels = [CellValue](repeating: .number(7), count: image.count)
    let listed = try preprocessing.encode(list: levels, at: "row", unseen: &unseen)
    #expect(listed.count == image.count + 8 && listed.suffix(8) == bare.inputs[1].suffix(8))
    #expect(unseen.notes.count == 1)
    let note = try #require(try preprocessing.noteOnImagesAlone(strict: false, at: "x.jpg"))
    #expect(note.contains("taken as missing: `size`, `note`"))
    #expect(throws: Problem.self) { try preprocessing.noteOnImagesAlone(strict: true, at: "x") }

    let summary = try DataSummary(data, preprocessing)
    #expect(summary.images != nil && summary.columns.map(\.name) == ["size", "note"])
    let ranges = InputRanges(summary, preprocessing)
    var far = data.inputs[0]
    far[image.count] = 1000
    #expect(ranges.notes(on: data.inputs[0]).isEmpty)
    #expect(ranges.notes(on: far).contains { $0.contains("column `size`") })
    #expect(preprocessing.scaling(ofInput: image.count)?.name == "size")
    #expect(preprocessing.scaling(ofInput: 0)?.isByte == true)
    #expect(
      preprocessing.written(data.inputs[3]).map { [$0.column, $0.text] } == [
        ["size", "missing"], ["note", "b1"],
      ])
    let stored = try JSONDecoder().decode(
      Preprocessing.self, from: JSONEncoder().encode(preprocessing))
    #expect(stored == preprocessing)
    let later = stored.tableOptions(needsTarget: false)
    #expect(later.columns == ["size", "note", "path"])
  }

  /// Paths that lead nowhere, out of the folder, or to no image are said, and never a crash.
  @Test func badPathsAreSaid() throws {
    let cases: [(String, String)] = [
      ("dark/gone.jpg,night,1,a", "dark/gone.jpg: expected"),
      (",night,1,a", "pictures.csv:16, column `path`: expected the path of an image"),
      ("../../../none.jpg,night,1,a", "none.jpg: expected"),
      ("/none/at/all.jpg,night,1,a", "/none/at/all.jpg: expected"),
      ("dark.jpg,night,1,a", "dark.jpg"),
    ]
    for (row, text) in cases {
      let folder = try folder { $0.append(row) }
      let found = message { _ = try table(folder) }
      #expect(found.contains(text), "\(found)")
      let kept = try table(folder, skips: true)
      #expect(kept.count == 14)
    }
    let outside = try folder { $0.append("dark/../dark/1.jpg,night,1,a") }
    #expect(
      try table(outside).notes.contains { $0.contains("out of the table's folder: 1, such as") })
    let moved = try folder { $0 = $0.map { $0.replacingOccurrences(of: "dark/", with: "moved/") } }
    let text = message { _ = try table(moved) }
    #expect(text.contains("paths of images, counted from the folder of the table"))
    #expect(text.contains("`path=categorical`"))
    let contradiction = try folder { $0.append("dark/1.jpg,day,1,a") }
    #expect(message { _ = try table(contradiction) }.contains("there `night`, here `day`"))
  }

  /// A row keeps its line when others are left out.
  @Test func linesStay() throws {
    let folder = try folder { $0.insert("dark/gone.jpg,night,1,a", at: 3) }
    let table = try table(folder, skips: true)
    #expect(table.line(ofRow: 1) == 3 && table.line(ofRow: 2) == 5 && table.line(ofRow: 13) == 16)
  }

  @Test(arguments: [
    ("a.jpg", true), ("a.JPEG", true), ("x/y.z.png", true), ("a.heic", true), ("jpg", false),
    ("a.csv", false), ("", false), (".", false),
  ])
  func namesOfImages(_ text: String, _ isImage: Bool) {
    #expect(DataTable.namesImage(text) == isImage)
  }

  // MARK: Levels of 16 bits

  @Test func deepImagesAreScaledByTheirRange() throws {
    let folder = try TemporaryImageFolder()
    for place in 0..<5 {
      try folder.write("6 6 1 \(place) 30000", to: "cold/\(place).png")
      try folder.write("6 6 1 \(place) 30120", to: "warm/\(place).png")
    }
    let images = try folder.images()
    #expect(images.encoding.isDeep)
    for scaling in [PreprocessingOptions.Scaling.standardise, .minMax, .none] {
      let preprocessing = try Preprocessing(
        fitting: images, rows: [0, 1, 5, 6], scaling: scaling)
      let encoding = try #require(preprocessing.imagePreprocessing)
      // The levels of the training rows alone.
      #expect(encoding.scaling.deepRange == [30_000, 30_120 + 1 + 35])
      let data = try preprocessing.dataset(images)
      let (first, last) = (data.inputs[0][0], data.inputs[6][35])
      switch scaling {
      case .none: #expect(first == 30_000 && last == 30_156)
      case .minMax: #expect(abs(first) < 1e-3 && abs(last - 1) < 1e-3)
      case .standardise:
        let numbers = try data.subset([0, 1, 5, 6]).inputs.everything.map(Double.init)
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        #expect(abs(mean) < 1e-3)
      }
      // Black and white are the ends of the range.
      let share = encoding.scaling.share(channel: 0)
      #expect(abs(Double(first) * share.scale + share.offset) < 1e-3)
      #expect(abs(Double(last) * share.scale + share.offset - 1) < 1e-3)
      let stored = try JSONDecoder().decode(
        Preprocessing.self, from: JSONEncoder().encode(preprocessing))
      #expect(stored == preprocessing)
    }
    // One of 8 bits among them keeps its place between black and white.
    try folder.write("6 6 1 0", to: "cold/low.png")
    let mixed = try folder.images()
    #expect(mixed.notes.contains { $0.contains("8 bits among those of 16") })
    let data = try Preprocessing(fitting: mixed, scaling: .none).dataset(mixed)
    #expect(data.inputs[5][3] == 3 * 257)
  }

  /// Files of versions that knew bytes only.
  @Test func olderPreprocessingIsRead() throws {
    let text = """
      {"version":1,"inputs":{"pictures":{"_0":{"height":6,"width":5,"channels":1,"fit":"crop",\
      "resampling":"bilinear","scaling":{"scales":[0.5],"offsets":[-1]}}}},"targetName":"label",\
      "target":{"classes":{"_0":["a","b"]}}}
      """
    let preprocessing = try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8))
    let encoding = try #require(preprocessing.imagePreprocessing)
    #expect(!encoding.isDeep && encoding.column == nil && encoding.scaling.levels == (0, 255))
  }
}
