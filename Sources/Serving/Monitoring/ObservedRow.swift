public import Datasets
public import Training

/// A row or an image that a model was asked about, as a log keeps it.
public struct ObservedRow: Sendable {
  /// What an image looked like.
  public struct Image: Sendable, Hashable {
    /// As `ImageSummary` of training measures them.
    public var brightness: Double
    public var contrast: Double
    public var sharpness: Double
    /// Of the file, in pixels; nil where nobody kept it.
    public var width: Int?
    public var height: Int?

    /// Everything measured.
    public init(
      brightness: Double, contrast: Double, sharpness: Double, width: Int? = nil,
      height: Int? = nil
    ) {
      (self.brightness, self.contrast, self.sharpness) = (brightness, contrast, sharpness)
      (self.width, self.height) = (width, height)
    }
  }

  /// What was found out later.
  public enum Truth: Sendable, Hashable {
    /// Of a classification.
    case label(String)
    /// Of a regression.
    case value(Double)
  }

  /// Milliseconds since the beginning of 1970, in Coordinated Universal Time.
  public var time: UInt64
  /// By the names of the columns; nil where inputs were not kept.
  public var cells: [String: CellValue]?
  /// Of an image; nil for a row of a table.
  public var image: Image?
  /// What was answered.
  public var prediction: Prediction
  /// How long the answer took; nil where nobody kept it.
  public var seconds: Double?
  /// Feedback; nil while there is none.
  public var truth: Truth?

  /// Everything that is known.
  public init(
    time: UInt64, cells: [String: CellValue]? = nil, image: Image? = nil, prediction: Prediction,
    seconds: Double? = nil, truth: Truth? = nil
  ) {
    (self.time, self.cells, self.image, self.prediction) = (time, cells, image, prediction)
    (self.seconds, self.truth) = (seconds, truth)
  }
}

/// Where recent rows come from, such as a log.
public protocol ObservedRows: Sendable {
  /// Gives the rows that a model answered, the oldest first, one after the other.
  ///
  /// - Parameters:
  ///   - hash: SHA-256 of the model's file; other models' rows are left out. Nil takes all.
  ///   - since: milliseconds since the beginning of 1970.
  func forEachRow(
    ofModel hash: String?, since: UInt64, _ body: (ObservedRow) throws -> Void) throws
}
