public import Engine
import Platform

/// How images are varied while they are learned from, so that the network sees more than there are.
///
/// What happens to an image depends on seed, epoch and the image's place only. Moved images take
/// bilinear means; outside, the nearest edge goes on.
public struct Augmentation: Codable, Sendable, Equatable {
  /// Along which axes half of the images are mirrored.
  public enum Flip: String, Sendable, NamedChoice {
    /// Left and right change places.
    case horizontal
    /// Top and bottom change places.
    case vertical
    /// Either, each for half of the images.
    case both
  }

  /// Half of the images are mirrored; nil for none.
  public var flip: Flip?
  /// Turned by up to so many degrees either way.
  public var rotate = 0.0
  /// A part is cut out whose sides are up to this share smaller, anywhere, and fills the image.
  public var crop = 0.0
  /// Larger or smaller by up to this share.
  public var zoom = 0.0
  /// Moved by up to this share of each side.
  public var translate = 0.0
  /// Lighter or darker by up to this share of the range from black to white.
  public var brightness = 0.0
  /// Distances from the image's mean grow or shrink by up to this share.
  public var contrast = 0.0
  /// A rectangle of up to this share of the area gets the image's mean.
  public var erase = 0.0

  /// No variation.
  public init() {}

  /// The settings' names, as files and flags write them.
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case flip, rotate, crop, zoom, translate, brightness, contrast, erase

    /// All of them, for messages.
    package static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
  }

  /// Small changes that suit most images of things: flip, rotate 10, zoom and translate 0.1.
  public static var usual: Augmentation {
    var usual = Augmentation()
    (usual.flip, usual.rotate, usual.zoom, usual.translate) = (.horizontal, 10, 0.1, 0.1)
    return usual
  }

  /// Every setting may be left out; `flip: true` is horizontal. Also the words `usual` and `none`, and
  /// `usual: true` beside settings of their own.
  /// - Throws: `Problem` for settings out of range and names that do not exist.
  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      guard ["usual", "none"].contains(name.normalizedName) else {
        throw Problem.data("augment", expected: "usual, none or settings", found: "'\(name)'")
      }
      self = name.normalizedName == "usual" ? .usual : Augmentation()
      return
    }
    try Self.refuseUnknown(decoder)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    // Beside settings of their own, the usual ones are what is not said.
    let others = try decoder.container(keyedBy: AnyKey.self)
    if try others.decodeIfPresent(Bool.self, forKey: Self.usualKey) == true { self = .usual }
    func read(_ key: CodingKeys, _ usual: Double, _ largest: Double) throws -> Double {
      guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return usual }
      let value = try? fields.decode(Double.self, forKey: key)
      guard let value, value >= 0, value <= largest else {
        throw Problem.data(
          "augment: \(key.rawValue)",
          expected: "a number from 0 to \(largest == 180 ? "180 degrees" : "\(largest)")",
          found: value.map { "\($0)" } ?? "no number",
          fix: "such as \(key.rawValue)=\(largest == 180 ? "10" : "0.2")")
      }
      return value
    }
    if let isOn = try? fields.decodeIfPresent(Bool.self, forKey: .flip) {
      flip = isOn ? .horizontal : nil
    } else if let name = try fields.decodeIfPresent(String.self, forKey: .flip) {
      flip = Flip(rawValue: name)
      guard flip != nil || name == "none" else {
        throw Problem.data(
          "augment: flip", expected: "horizontal, vertical, both or none", found: "'\(name)'")
      }
    }
    rotate = try read(.rotate, rotate, 180)
    crop = try read(.crop, crop, 0.9)
    zoom = try read(.zoom, zoom, 0.9)
    translate = try read(.translate, translate, 1)
    brightness = try read(.brightness, brightness, 1)
    contrast = try read(.contrast, contrast, 1)
    erase = try read(.erase, erase, 0.9)
  }

  private static let usualKey = AnyKey("usual")

  private static func refuseUnknown(_ decoder: any Decoder) throws {
    for name in try decoder.container(keyedBy: AnyKey.self).allKeys
    where CodingKeys(stringValue: name.stringValue) == nil
      && name.stringValue != usualKey.stringValue
    {
      throw Problem.data(
        "augment",
        expected: "settings \(CodingKeys.list)",
        found: "`\(name.stringValue)`")
    }
  }

  /// Whether pixels move.
  private var moves: Bool {
    flip != nil || rotate > 0 || crop > 0 || zoom > 0 || translate > 0
  }

  // MARK: Varying

  /// Varies one image of height × width × channels in place; others stay as they are.
  func vary(
    _ numbers: UnsafeMutablePointer<Float>, _ shape: TensorShape, _ scaling: LevelScaling?,
    seed: UInt64,
    epoch: Int, example: Int
  ) {
    guard shape.rank == 3, shape.count > 0 else { return }
    var generator = RandomGenerator(
      seed: seed, for: .augmentation(epoch: epoch, example: example))
    let image = VariedImage(numbers, shape, scaling ?? LevelScaling(scale: 1 / 255, offset: 0))
    // Every draw is made, so that one setting does not change what the others draw.
    let draws = (0..<16).map { _ in generator.uniform() }
    if moves { image.move(motion(shape, draws)) }
    func factor(_ place: Int, _ share: Double) -> Float { Float((2 * draws[place] - 1) * share) }
    if contrast > 0 { image.stretch(by: 1 + factor(8, contrast)) }
    if brightness > 0 { image.lighten(by: factor(9, brightness)) }
    if erase > 0 { erase(image, shape, draws) }
  }

  /// From a new pixel to the place it comes from.
  private func motion(_ shape: TensorShape, _ draws: [Double]) -> Motion {
    let (height, width) = (Double(shape[0]), Double(shape[1]))
    func around(_ place: Int) -> Double { 2 * draws[place] - 1 }
    let cut = 1 - crop * draws[0]
    let scale = cut / (1 + zoom * around(1))
    let angle = around(2) * rotate * .pi / 180
    let mirrorsColumns = (flip == .horizontal || flip == .both) && draws[3] < 0.5
    let mirrorsRows = (flip == .vertical || flip == .both) && draws[4] < 0.5
    // What is cut off is shared out between both sides.
    let down = around(5) * translate * height + around(10) * (1 - cut) * height / 2
    let right = around(6) * translate * width + around(11) * (1 - cut) * width / 2
    let (sine, cosine) = (scale * sin(angle), scale * cos(angle))
    let (mirrorX, mirrorY) = (mirrorsColumns ? -1.0 : 1, mirrorsRows ? -1.0 : 1)
    return Motion(
      xFromX: Float(cosine * mirrorX), xFromY: Float(-sine * mirrorY),
      yFromX: Float(sine * mirrorX), yFromY: Float(cosine * mirrorY),
      x: Float(width / 2 + right), y: Float(height / 2 + down))
  }

  private func erase(_ image: VariedImage, _ shape: TensorShape, _ draws: [Double]) {
    let area = draws[12] * erase * Double(shape[0] * shape[1])
    // Between three times as high as wide and three times as wide as high.
    let ratio = exp((2 * draws[13] - 1) * log(3))
    let rows = min(shape[0], Int((area * ratio).squareRoot().rounded()))
    let columns = min(shape[1], Int((area / ratio).squareRoot().rounded()))
    let top = Int(draws[14] * Double(shape[0] - rows + 1))
    let left = Int(draws[15] * Double(shape[1] - columns + 1))
    image.erase(top..<top + rows, left..<left + columns)
  }
}

/// An affine map about the middle of an image: where a new pixel's number comes from.
struct Motion {
  let xFromX, xFromY, yFromX, yFromY: Float
  /// Where the new middle comes from.
  let x, y: Float
}

/// An image that is varied in place.
struct VariedImage {
  private let numbers: UnsafeMutablePointer<Float>
  private let height, width, channels: Int
  private let ranges: [ClosedRange<Float>]

  init(_ numbers: UnsafeMutablePointer<Float>, _ shape: TensorShape, _ scaling: LevelScaling) {
    self.numbers = numbers
    (height, width, channels) = (shape[0], shape[1], shape[2])
    ranges = (0..<channels).map { scaling.range($0) }
  }

  func move(_ motion: Motion) {
    let count = height * width * channels
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { old in
      let old = old.baseAddress!
      old.update(from: numbers, count: count)
      for row in 0..<height {
        let dy = Float(row) + 0.5 - Float(height) / 2
        for column in 0..<width {
          let dx = Float(column) + 0.5 - Float(width) / 2
          let x = motion.x + dx * motion.xFromX + dy * motion.xFromY - 0.5
          let y = motion.y + dx * motion.yFromX + dy * motion.yFromY - 0.5
          sample(old, y, x, into: numbers + (row * width + column) * channels)
        }
      }
    }
  }

  /// The bilinear mean of the four pixels around a place, the edge going on outside.
  private func sample(
    _ old: UnsafeMutablePointer<Float>, _ y: Float, _ x: Float,
    into new: UnsafeMutablePointer<Float>
  ) {
    let y = min(Float(height - 1), max(0, y))
    let x = min(Float(width - 1), max(0, x))
    let (top, left) = (Int(y), Int(x))
    let (below, right) = (min(height - 1, top + 1), min(width - 1, left + 1))
    let (down, along) = (y - Float(top), x - Float(left))
    let (a, b) = ((top * width + left) * channels, (top * width + right) * channels)
    let (c, d) = ((below * width + left) * channels, (below * width + right) * channels)
    for channel in 0..<channels {
      let upper = old[a + channel] + along * (old[b + channel] - old[a + channel])
      let lower = old[c + channel] + along * (old[d + channel] - old[c + channel])
      new[channel] = upper + down * (lower - upper)
    }
  }

  /// Multiplies the distances from the mean of each channel.
  func stretch(by factor: Float) {
    for channel in 0..<channels {
      let mean = mean(channel)
      change(channel) { mean + ($0 - mean) * factor }
    }
  }

  /// Adds a share of the range from black to white.
  func lighten(by share: Float) {
    for channel in 0..<channels {
      let step = share * (ranges[channel].upperBound - ranges[channel].lowerBound)
      change(channel) { $0 + step }
    }
  }

  func erase(_ rows: Range<Int>, _ columns: Range<Int>) {
    for channel in 0..<channels {
      let mean = mean(channel)
      for row in rows {
        for column in columns { numbers[(row * width + column) * channels + channel] = mean }
      }
    }
  }

  private func mean(_ channel: Int) -> Float {
    var sum = 0.0
    for place in stride(from: channel, to: height * width * channels, by: channels) {
      sum += Double(numbers[place])
    }
    return Float(sum / Double(height * width))
  }

  /// Nothing is blacker than black or whiter than white.
  private func change(_ channel: Int, _ body: (Float) -> Float) {
    let range = ranges[channel]
    for place in stride(from: channel, to: height * width * channels, by: channels) {
      numbers[place] = min(range.upperBound, max(range.lowerBound, body(numbers[place])))
    }
  }
}
