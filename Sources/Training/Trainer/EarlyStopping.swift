/// When training ends before its last epoch.
public enum EarlyStopping: Sendable, Hashable, Codable {
  /// After the last epoch only.
  case never
  /// After `patience` epochs in a row whose validation loss was not below the best by more than
  /// `improvement`.
  case early(patience: Int, improvement: Double = 0)
}

/// What is known of the best epoch so far. A value of its own, so that the decision can be tested
/// without training.
package struct BestEpoch: Sendable, Hashable, Codable {
  /// Counted from 1; nil before the first epoch.
  package private(set) var epoch: Int?
  /// Its watched loss.
  package private(set) var loss: Double?
  /// Epochs since.
  package private(set) var waited = 0

  /// Nothing seen yet.
  package init() {}

  /// Takes note of an epoch.
  ///
  /// - Parameter loss: the watched loss; not a number is never an improvement.
  /// - Returns: is this the best epoch up to now?
  package mutating func observe(epoch: Int, loss: Double, improvement: Double) -> Bool {
    if loss < (self.loss ?? .infinity) - improvement {
      self.epoch = epoch
      self.loss = loss
      waited = 0
      return true
    }
    waited += 1
    return false
  }

  /// Waits from now on as long as at first.
  mutating func forgive() { waited = 0 }

  /// Has the patience run out?
  package func isOver(_ stopping: EarlyStopping) -> Bool {
    guard case .early(let patience, _) = stopping else { return false }
    return waited >= patience
  }
}
