import Engine

/// The images that one column of a table names.
package struct ListedImages: Sendable {
  /// The column of paths.
  package let column: String
  /// One for each row of the table.
  package let dataset: ImageDataset
}

/// Which column of a table names image files.
package enum ImageColumn: Sendable, Equatable {
  /// This one.
  case named(String)
  /// The one whose cells end as image files do and are there, if there is one besides these columns.
  case found(besides: [String])
  /// Texts are texts.
  case none
}

extension DataTable {
  /// What image files hold by their endings, those too that are refused by name.
  private static let types = [
    "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "webp": "webp", "gif": "gif", "bmp": "bmp",
    "tif": "tiff", "tiff": "tiff", "heic": "heic", "heif": "heif", "avif": "avif",
  ]

  /// The media type of an image file by its name, such as `image/png`; nil for other endings.
  package static func imageType(ofFile name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return types[name[name.index(after: dot)...].lowercased()].map { "image/" + $0 }
  }

  /// Whether a text ends like the name of an image file.
  package static func namesImage(_ text: String) -> Bool { imageType(ofFile: text) != nil }

  /// The column that names images.
  ///
  /// - Parameter folder: that paths begin at.
  /// - Returns: nil if there is none.
  /// - Throws: `Problem` where several do, or the files that one names are not there.
  package func imageColumn(_ wanted: ImageColumn, in folder: String) throws -> Column? {
    switch wanted {
    case .none: return nil
    case .named(let name): return try column(name)
    case .found(let others):
      let candidates = columns.filter { column in
        guard !others.contains(column.name), case .categories(let codes, let texts) = column.cells
        else { return false }
        return codes.contains { $0 >= 0 } && texts.allSatisfy(Self.namesImage)
      }
      guard let first = candidates.first else { return nil }
      guard candidates.count == 1 else {
        throw Problem.data(
          name, expected: "one column of images",
          found: candidates.map(\.name).joined(separator: ", "),
          fix: "set `kinds` to `\(first.name)=image`, and name the others in `ignore`")
      }
      guard case .categories(_, let texts) = first.cells else { return nil }
      let path = Self.path(texts[0], in: folder)
      guard ImageFolder.isFile(path) else {
        throw Problem.data(
          "\(name), column `\(first.name)`",
          expected: "paths of images, counted from the folder of the table",
          found: "`\(texts[0])`, and no file \(path)",
          fix: "write the folder before the names, move the table beside its images, "
            + "or set `kinds` to `\(first.name)=categorical` if the texts are no images")
      }
      return first
    }
  }

  /// Where a text of the column leads.
  package static func path(_ text: String, in folder: String) -> String {
    folder.isEmpty || text.hasPrefix("/") ? text : "\(folder)/\(text)"
  }

  /// The paths that a column of images names, row by row; nil where the cell is empty.
  ///
  /// - Parameter folder: that paths begin at.
  /// - Returns: nil if no column names images.
  /// - Throws: `Problem`, as ``openingImages(_:in:target:_:decoder:)``.
  package func imagePaths(
    _ wanted: ImageColumn, in folder: String
  ) throws -> (column: String, paths: [String?])? {
    guard let column = try imageColumn(wanted, in: folder) else { return nil }
    return (column.name, (0..<count).map { column.text($0) })
  }

  /// The table with the images that one of its columns names; itself if none does.
  ///
  /// - Parameters:
  ///   - wanted: the column.
  ///   - folder: that paths begin at.
  ///   - targets: the columns to be learned; a picture that has two classes is a problem.
  ///   - decoder: reads the images.
  /// - Throws: `Problem` for empty cells and each bad file, at most ten and together, unless they are
  ///   skipped.
  package func openingImages(
    _ wanted: ImageColumn, in folder: String, targets: [String], _ options: ImageOptions,
    decoder: () throws -> ImageDecoder
  ) throws -> DataTable {
    guard let found = try imagePaths(wanted, in: folder) else { return self }
    let present = found.paths.indices.filter { found.paths[$0] != nil }
    if !options.skipsBad, let row = found.paths.firstIndex(of: nil) {
      throw Problem.data(
        location(row: row, column: found.column), expected: "the path of an image",
        found: "an empty cell", fix: "fill it in, or leave such rows out with `skip_bad: true`")
    }
    let (classes, labels) = labels(of: targets)
    let images = try ImageDataset(
      present.map { .init(path: found.paths[$0]!, label: labels[$0]) }, of: classes, in: folder,
      name: name, notes: notes(on: found, in: folder, targets), options, decoder: decoder())
    var table = keeping(images.places.map { present[$0] })
    table.images = ListedImages(column: found.column, dataset: images)
    return table
  }

  /// What the rows show, where that is one class each.
  private func labels(of targets: [String]) -> (classes: [String], labels: [Int]) {
    guard targets.count == 1, let target = columns.first(where: { $0.name == targets[0] }),
      case .categories(let codes, let vocabulary) = target.cells
    else { return ([], [Int](repeating: 0, count: count)) }
    // A row without a target is like one of a class of its own, which contradicts nothing.
    return (vocabulary, codes.map { Int($0) })
  }

  private func notes(
    on found: (column: String, paths: [String?]), in folder: String, _ targets: [String]
  ) -> [String] {
    let others = columns.map(\.name).filter { $0 != found.column && !targets.contains($0) }
    var notes = [
      "\(name): column `\(found.column)` names images"
        + (others.isEmpty ? "" : "; further columns: " + Preprocessing.list(others))
    ]
    let outside = found.paths.compactMap(\.self).filter {
      $0.hasPrefix("/") || $0.split(separator: "/").contains("..")
    }
    if let first = outside.first {
      notes.append(
        "\(name): paths that lead out of the table's folder: \(outside.count), such as `\(first)`")
    }
    let missing = found.paths.count { $0 == nil }
    if missing > 0 { notes.append("\(name): rows without an image, left out: \(missing)") }
    return notes
  }
}
