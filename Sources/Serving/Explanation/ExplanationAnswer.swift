import Explaining
import Training

/// The body of an answer to `POST /explain`.
struct ExplanationAnswer: Codable, Sendable {
  /// Of the request.
  var id: String
  var model: ServedModel.Identity
  var explanation: Explanation
  /// Of an image: the image with its deciding regions, as the address of a PNG file that holds it.
  var map: String?
  /// The learning cycle of this example as if its answer were the right one; nil where nobody asked.
  var trace: Trace?
  var timings: Timings

  /// How long it took, in milliseconds.
  struct Timings: Codable, Sendable {
    /// Waiting for a turn, and all that is computed.
    var total: Double

    private enum CodingKeys: String, CodingKey { case total = "total_ms" }
  }
}
