/// The epochs of a training, in order.
/// ```swift
/// let history = try trainer.fit(train, validation: validation, epochs: 20)
/// print(history.best?.validation?["accuracy"] ?? 0)
/// ```
public struct TrainingHistory: Sendable, Hashable, Codable, RandomAccessCollection {
  /// In order, the first epoch first.
  public let epochs: [EpochRecord]
  /// Why training ended and what was kept.
  public let outcome: TrainingOutcome

  public var startIndex: Int { epochs.startIndex }
  public var endIndex: Int { epochs.endIndex }
  public subscript(position: Int) -> EpochRecord { epochs[position] }

  /// The epoch whose weights were kept; nil if none was finished.
  public var best: EpochRecord? { epochs.last { $0.isBest } }

  /// The values of a metric over the epochs, such as `accuracy` or `loss`: on the validation data
  /// where there are any, else on the training data; epochs without it are left out.
  public func scores(_ name: String) -> [Double] {
    epochs.compactMap { ($0.validation ?? $0.train)[name] }
  }
}
