package import Datasets

/// One row of the log: an answer for one row or image, and what was said to be true of it.
package struct LoggedPrediction: Sendable, Equatable {
  /// Ascends in the order in which they were written.
  package var number: Int64
  /// Of the request.
  package var id: String
  /// The place in the request, from 0.
  package var instance: Int
  /// Milliseconds since 1970.
  package var time: UInt64
  /// What answered.
  package var model: ServedModel.Identity
  /// The classes of that model; empty for a regression.
  package var classes: [String]
  /// The cells by the names of the columns; nil where they are not logged.
  package var inputs: [String: CellValue]?
  /// How many cells were missing; nil where it is not logged, and for images.
  package var missing: Int?
  /// What is known of an image.
  package var image: ObservedRow.Image?
  /// How many notes the answer had: values not seen in training, or outside of its range.
  package var notes: Int
  /// The answer of a classification.
  package var label: String?
  /// The answer of a regression, and the ends of its interval.
  package var value: Double?
  package var low: Double?
  package var high: Double?
  /// The probability of the label.
  package var confidence: Double?
  /// In the order of ``classes``.
  package var probabilities: [Double]?
  /// The whole answer as JSON, where it is neither one class nor one value.
  package var answer: String?
  /// In milliseconds.
  package var queued: Double
  package var computed: Double
  /// The last word about what is true; nil without feedback.
  package var truth: Feedback.Truth?
  /// Who said so.
  package var source: String?
  /// When, in milliseconds since 1970.
  package var told: UInt64?
  /// How many different things were said one after the other; more than 1 contradict each other.
  package var truths: Int
}
