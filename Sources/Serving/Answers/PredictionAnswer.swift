import Training

/// The body of an answer to `POST /predict`.
struct PredictionAnswer: Codable, Sendable {
  /// How long it took, in milliseconds.
  struct Timings: Codable, Sendable {
    /// Waiting for a thread.
    var queue: Double
    /// Preparing the inputs and computing, of the batch it was in.
    var compute: Double

    private enum CodingKeys: String, CodingKey {
      case queue = "queue_ms"
      case compute = "compute_ms"
    }
  }

  /// Of the request; feedback names it.
  var id: String
  var model: ServedModel.Identity
  /// In the order of the rows or images.
  var predictions: [Prediction]
  var timings: Timings
}
