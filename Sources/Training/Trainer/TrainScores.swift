public import Engine

/// On how many training rows the loss and the metrics are computed after each epoch.
///
/// Without validation data the training loss decides which epoch is best; it is then always computed
/// on all rows.
public enum TrainScores: String, Sendable, NamedChoice {
  /// On all.
  case all
  /// On at most ``mostRows``, chosen by the seed and the same in every epoch.
  case sample
  /// On none.
  case none

  /// The rows of ``sample``: a share among them is known to half a percent.
  public static let mostRows = 10_000
}
