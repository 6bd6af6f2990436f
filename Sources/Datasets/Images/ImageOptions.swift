public import Engine

/// How the images of a folder are read.
public struct ImageOptions: Sendable, Equatable {
  /// What happens to an image whose sides have another ratio.
  public enum Fit: String, Sendable, NamedChoice {
    /// The largest part in its middle that has the ratio is used.
    case crop
    /// The middle of that part, seven eighths of its sides: how networks that learned ImageNet were shown
    /// pictures.
    case middle
    /// It is stretched.
    case stretch
  }

  /// Height and width of the inputs; nil chooses by the files.
  public var size: (height: Int, width: Int)? {
    get { sides.map { ($0[0], $0[1]) } }
    set { sides = newValue.map { [$0.height, $0.width] } }
  }
  private var sides: [Int]?
  /// 1 for grey, 3 for colour; nil chooses by the files.
  public var channels: Int?
  /// How images are brought to size.
  public var resampling = Resampling.bilinear
  /// What happens to images whose sides have another ratio.
  public var fit = Fit.crop
  /// Whether files that cannot be read, and the same picture in several classes, are left out instead of
  /// being a problem.
  public var skipsBad = false
  /// The most pixels of an image that is read.
  public var pixelLimit = ImageDecoder.usualPixelLimit
  /// Whether levels have 16 bits; nil if any file's have.
  package var isDeep: Bool?
  /// Prepared images are kept in memory up to so many bytes, together.
  public var memoryLimit = 1 << 30
  /// Beyond that, in a temporary file of at most so many bytes; else they are decoded each time.
  public var diskLimit = 1 << 34
  /// Threads that read and decode. Changes nothing in the result.
  public var threads = 1

  /// Of the sides, for ``Fit/middle``: 224 of 256 pixels.
  static let middleShare = 0.875

  /// A size by the files, refusing bad ones.
  public init() {}

  /// Reads images as a model asks for them.
  package mutating func prepare(as encoding: ImagePreprocessing) {
    size = (encoding.height, encoding.width)
    channels = encoding.channels
    resampling = encoding.resampling
    fit = encoding.fit
    isDeep = encoding.isDeep
  }

  /// The largest side that is chosen when nobody says one: larger images take long to learn from.
  public static let usualSide = 96
}
