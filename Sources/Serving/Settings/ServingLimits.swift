/// What a server accepts at most; `GET /limits` answers with them.
public struct ServingLimits: Codable, Sendable, Hashable {
  /// Bytes of a request's body.
  public var bodyBytes = 10 << 20
  /// Bytes of a request's line and headers together.
  public var headerBytes = 16 << 10
  /// Rows of one request.
  public var instances = 1024
  /// Images of one request.
  public var images = 32
  /// The longer side of an image, in pixels.
  public var imageSide = 16_384
  /// Pixels of an image.
  public var imagePixels = 50_000_000
  /// Lists and objects of JSON inside each other.
  public var jsonDepth = 64
  /// Seconds from the first byte of a request, or the beginning of a connection, to the end of its headers.
  public var headerSeconds = 10.0
  /// Seconds from the end of the headers to the end of the body.
  public var bodySeconds = 30.0
  /// Seconds that a connection may lie idle between two requests.
  public var idleSeconds = 60.0
  /// Seconds from the headers of a request to its answer.
  public var totalSeconds = 30.0
  /// Connections at a time; further ones wait.
  public var connections = 1024
  /// Requests that wait for the network; further ones are answered with status 503.
  public var queuedRequests = 256
  /// Seconds of work that waits, as far as it can be foreseen; further requests are answered with status
  /// 503.
  public var queuedSeconds = 2.0
  /// Explanations that wait or are computed; further ones are answered with status 503.
  public var explanations = 16
  /// Rows that the network computes together.
  public var batch = 32
  /// Seconds for requests in flight when the server is asked to end.
  public var drainSeconds = 25.0

  private enum CodingKeys: String, CodingKey {
    case instances, images, connections, batch, explanations
    case bodyBytes = "body_bytes"
    case headerBytes = "header_bytes"
    case imageSide = "image_side"
    case imagePixels = "image_pixels"
    case jsonDepth = "json_depth"
    case headerSeconds = "header_seconds"
    case bodySeconds = "body_seconds"
    case idleSeconds = "idle_seconds"
    case totalSeconds = "total_seconds"
    case queuedRequests = "queued_requests"
    case queuedSeconds = "queued_seconds"
    case drainSeconds = "drain_seconds"
  }

  /// The usual ones.
  public init() {}
}
