public import Datasets
public import Engine

/// How inputs that are images are drawn: images of a file, or a table whose columns are the pixels of
/// a square image, such as `p00` … `p77` or `pixel0` … `pixel783`.
public struct InputImages: Sendable {
  public let height: Int
  public let width: Int
  public let channels: Int
  /// For each pixel and channel the input that holds it; nil for a column that is left out.
  private let places: [Int?]
  /// What an input stands for is input · scale + offset.
  private let units: [(scale: Double, offset: Double)]
  private let range: ClosedRange<Double>?
  /// What black and white are in a list of the pixels, as a row or an image is given by; nil where nobody
  /// knows.
  private let ends: (black: Double, white: Double)?

  /// Smaller tables are tables.
  private static let leastSide = 8

  /// - Returns: nil when the inputs are no images.
  public init?(_ preprocessing: Preprocessing) { self.init(preprocessing, summary: nil) }

  /// - Parameter summary: of the training part: numbers of a table are then drawn from the lowest of all
  ///   columns (at most 0) to the highest.
  /// - Returns: nil when the inputs are no images.
  package init?(_ preprocessing: Preprocessing, summary: DataSummary?) {
    switch preprocessing.inputs {
    case .sequence: return nil
    case .byteImages(let shape, _, _):
      guard shape.rank == 3, [1, 3].contains(shape[2]), shape.count > 0 else { return nil }
      (height, width, channels) = (shape[0], shape[1], shape[2])
      places = (0..<shape.count).map { $0 }
      units = places.map { _ in (1, 0) }
      (range, ends) = (0...1, (0, 255))
    case .images(let encoding):
      (height, width, channels) = (encoding.height, encoding.width, encoding.channels)
      places = (0..<height * width * channels).map { $0 }
      // Back from what a level became to where it lies between black and white.
      let shares = (0..<channels).map { encoding.scaling.share(channel: $0) }
      units = places.map { shares[$0! % encoding.channels] }
      let levels = encoding.scaling.levels
      (range, ends) = (0...1, (Double(levels.black), Double(levels.white)))
    case .columns(let columns):
      let side = Int(Double(columns.count).squareRoot())
      guard side >= Self.leastSide, side * side == columns.count, Self.areNumbered(columns)
      else { return nil }
      var places: [Int?] = []
      var units: [(scale: Double, offset: Double)] = []
      var next = 0
      for column in columns {
        switch column.encoding {
        case .number(let offset, let scale, _, false):
          places.append(next)
          units.append((scale, offset))
          next += 1
        case .dropped: places.append(nil)
        default: return nil
        }
      }
      (height, width, channels) = (side, side, 1)
      (self.places, self.units) = (places, units)
      let numbers = summary?.columns.compactMap(\.numbers) ?? []
      let low = min(0, numbers.map(\.minimum).min() ?? 0)
      let high = numbers.map(\.maximum).max() ?? low
      range = high > low ? Self.rounded(low, high) : nil
      ends = range.map { ($0.lowerBound, $0.upperBound) }
    }
  }

  /// A summary knows numbers as they come back from 32 bits, such as 15.9999998 for 16: to five digits of
  /// what lies between them they are as they were.
  private static func rounded(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    var unit = 1.0
    while unit * 10 <= high - low { unit *= 10 }
    while unit > high - low { unit /= 10 }
    let ends = [low, high].map { ($0 * (100_000 / unit)).rounded() / (100_000 / unit) }
    return ends[0]...max(ends[0], ends[1])
  }

  /// The same name but for its digits, which every name has.
  private static func areNumbered(_ columns: [EncodedColumn]) -> Bool {
    let stems = Set(columns.map { $0.name.filter { !("0"..."9").contains($0) } })
    return stems.count == 1 && columns.allSatisfy { $0.name.contains { ("0"..."9").contains($0) } }
  }

  /// One example as an image. Numbers of a table are drawn from the example's lowest (at most 0) to
  /// its highest.
  public func image(of input: [Float]) -> PNGBitmap {
    let raw = places.map { place in
      place.map { Double(input[$0]) * units[$0].scale + units[$0].offset } ?? 0
    }
    let low = range?.lowerBound ?? min(0, raw.min() ?? 0)
    let high = range?.upperBound ?? max(low + .leastNormalMagnitude, raw.max() ?? 1)
    let shares = raw.map { min(1, max(0, ($0 - low) / (high - low))) }
    let small = PNGBitmap.averaged(shares, width: width, height: height, channels: channels)
    guard channels == 3 else {
      return PNGBitmap(
        width: small.width, height: small.height, shares: small.shares, palette: .grey)
    }
    return PNGBitmap(
      width: small.width, height: small.height,
      redGreenBlue: small.shares.map { UInt8(($0 * 255).rounded()) })
  }

  /// Three bytes for each pixel of an example, in its own size.
  func pixels(of input: [Float]) -> [UInt8] {
    (0..<height * width).flatMap { pixel in
      (0..<3).map { channel in
        guard let place = places[pixel * channels + min(channel, channels - 1)] else { return 0 }
        return level(input, place)
      }
    }
  }

  /// How bright an input is, from 0 for black to 255.
  private func level(_ input: [Float], _ place: Int) -> UInt8 {
    let (low, high) = (range?.lowerBound ?? 0, range?.upperBound ?? 1)
    let raw = Double(input[place]) * units[place].scale + units[place].offset
    return UInt8((min(1, max(0, (raw - low) / (high - low))) * 255).rounded())
  }

  /// A level for each pixel and channel of an example, row by row; columns that are left out are black.
  package func levels(of input: [Float]) -> [UInt8] {
    places.map { place in place.map { level(input, $0) } ?? 0 }
  }

  /// Levels as `Preprocessing.encode(list:at:unseen:)` takes them.
  /// - Returns: nil where nobody knows what black and white are.
  package func list(ofLevels levels: [UInt8]) -> [CellValue]? {
    guard let ends, levels.count == places.count else { return nil }
    return zip(places, levels).compactMap { place, level in
      place.map { _ in
        .number(ends.black + (ends.white - ends.black) * Double(level) / 255)
      }
    }
  }

  /// For each pixel and channel the input that holds it; nil for a column that is left out.
  package var inputs: [Int?] { places }

  /// The weights of a first dense layer with a place for each pixel, 0 for those left out; nil when
  /// the kernel is of another layer.
  public func kernel(_ tensor: Tensor) -> Tensor? {
    let inputs = places.compactMap { $0 }.count
    guard tensor.shape.rank == 2, tensor.shape[0] == inputs else { return nil }
    let columns = tensor.shape[1]
    var values = [Float](repeating: 0, count: places.count * columns)
    for (pixel, place) in places.enumerated() {
      guard let place else { continue }
      for unit in 0..<columns {
        values[pixel * columns + unit] = tensor.values[place * columns + unit]
      }
    }
    return try? Tensor(TensorShape(checking: [places.count, columns]), values)
  }
}
