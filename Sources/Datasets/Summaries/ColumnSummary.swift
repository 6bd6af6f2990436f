/// What one column of the training part holds, in its own unit: numbers, or categories.
public struct ColumnSummary: Codable, Sendable, Hashable {
  /// A category and how often it occurs.
  public struct CategoryCount: Codable, Sendable, Hashable {
    /// As it stands in the file.
    public var category: String
    /// How many cells hold it.
    public var count: Int
  }

  /// The column's name.
  public var name: String
  /// Cells that were looked at and hold something.
  public var count: Int
  /// Cells that were looked at and hold nothing.
  public var missing: Int
  /// Of a column of numbers; nil if all of them are missing.
  public var numbers: NumberSummary?
  /// Of a column of categories: the most frequent ones, at most ``categoryLimit``.
  public var categories: [CategoryCount]?
  /// How many cells hold another category.
  public var others: Int?

  /// How many categories of a column are counted each by itself.
  public static let categoryLimit = 10

  /// The share of each category counted by itself, of the cells that hold something.
  public func share(of category: String) -> Double? {
    categories?.first { $0.category == category }.map { Double($0.count) / Double(max(1, count)) }
  }

  /// - Parameter values: NaN for a missing cell.
  package init(_ name: String, numbers values: [Double]) {
    self.name = name
    missing = values.count { $0.isNaN }
    count = values.count - missing
    numbers = NumberSummary(values)
  }

  /// - Parameters:
  ///   - places: each the place of a category, another number for one that has no name, nil for a missing cell.
  package init(_ name: String, categories names: [String], _ places: [Int?]) {
    self.name = name
    var counts = [Int](repeating: 0, count: names.count)
    for case let place? in places where names.indices.contains(place) { counts[place] += 1 }
    missing = places.count { $0 == nil }
    count = places.count - missing
    let ranked = names.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    let kept = ranked.prefix(Self.categoryLimit).sorted()
    categories = kept.map { CategoryCount(category: names[$0], count: counts[$0]) }
    others = count - kept.reduce(0) { $0 + counts[$1] }
  }
}

/// What the images of the training part look like; every image gives one number to each.
public struct ImageSummary: Codable, Sendable, Hashable {
  /// The mean of all pixels and channels: 0 for black, 1 for white.
  public var brightness: NumberSummary
  /// The deviation of the pixels, all channels together, on the same scale.
  public var contrast: NumberSummary
  /// The variance of the Laplacian of the grey image: low for blurred images (Pech-Pacheco and others,
  /// *Diatom autofocusing in brightfield microscopy*, 2000).
  public var sharpness: NumberSummary

  /// - Returns: nil for no images.
  package init?(brightness: [Double], contrast: [Double], sharpness: [Double]) {
    guard let bright = NumberSummary(brightness), let contrast = NumberSummary(contrast),
      let sharp = NumberSummary(sharpness)
    else { return nil }
    (self.brightness, self.contrast, self.sharpness) = (bright, contrast, sharp)
  }
}
