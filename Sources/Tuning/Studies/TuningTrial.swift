import Training

/// One configuration that a study tries, and what became of it.
package struct TuningTrial: Sendable, Hashable, Codable {
  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case running
    /// It came to its end.
    case complete
    /// It was stopped at a rung, since others were better there; it can be taken up again.
    case pruned
    case failed
  }

  /// Why a trial has no value.
  package enum Failure: String, Sendable, Hashable, Codable, CaseIterable {
    /// A loss was no longer finite.
    case diverged
    case outOfMemory = "out_of_memory"
    /// Its process was ended from outside.
    case killed
    /// Its process ended by itself, without a word.
    case crashed
    /// The settings do not fit the data, say.
    case refused
  }

  /// One pass over the training rows.
  package struct Epoch: Sendable, Hashable, Codable {
    /// Counted from 1.
    package let epoch: Int
    /// The objective on the validation rows, as it is printed.
    package let value: Double
    /// Whether the loss was smaller than in all epochs before, so that its model is the one kept.
    package let isBest: Bool

    package init(epoch: Int, value: Double, isBest: Bool = true) {
      (self.epoch, self.value, self.isBest) = (epoch, value, isBest)
    }

    private enum CodingKeys: String, CodingKey {
      case epoch, value
      case isBest = "is_best"
    }
  }

  /// Counted from 1; the first is the default configuration.
  package var number: Int
  package var state: State
  package var point: SearchPoint
  /// What was chosen, as settings: the name of each dimension that is there and its value as a text.
  package var settings: [String: String]
  /// The objective at the best epoch, as it is printed; nil for a trial without a finished epoch.
  package var value: Double?
  /// How many are done.
  package var epochs: [Epoch]
  package var failure: Failure?
  /// What went wrong, in a sentence.
  package var problem: String?
  /// Of learning, all its parts.
  package var seconds: Double
  /// The folder of its run, beside the study.
  package var run: String

  /// The objective of the model that was kept after so many epochs.
  package func value(after epochs: Int) -> Double? {
    (self.epochs.last { $0.epoch <= epochs && $0.isBest } ?? self.epochs.first)?.value
  }

  private enum CodingKeys: String, CodingKey {
    case number, state, point, settings, value, epochs, failure, problem, seconds, run
  }
}

/// What a study makes small or large.
package struct Objective: Sendable, Hashable, Codable {
  /// `loss`, or a metric that is followed.
  package let name: String
  package let largerIsBetter: Bool

  package init(_ name: String, largerIsBetter: Bool) {
    (self.name, self.largerIsBetter) = (name, largerIsBetter)
  }

  /// As samplers and pruners see it: smaller is better, and what is no number is worst.
  package func cost(_ value: Double) -> Double {
    value.isNaN ? .infinity : largerIsBetter ? -value : value
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case largerIsBetter = "larger_is_better"
  }
}
