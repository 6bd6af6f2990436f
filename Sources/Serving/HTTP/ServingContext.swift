package import Hummingbird
import NIOCore
import Platform

/// What is known of a request beside its content.
package struct ServingContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Its connection.
  let channel: any Channel
  /// Given to it, and said in the answer and the log.
  let requestID: String
  let arrived = ContinuousClock.now

  /// Whether somebody still waits for the answer.
  package var isWanted: Bool { channel.isActive }

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
    requestID = RequestID.next()
  }
}

/// Names of requests: 26 characters, the first ten of which are the time, so that they sort by it.
enum RequestID {
  private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// Crockford's base 32 of the milliseconds since 1970 in 50 bits and 80 random ones, as ULIDs are written.
  static func next() -> String {
    var generator = SystemRandomNumberGenerator()
    return text(SystemClock.milliseconds, generator.next(), generator.next())
  }

  static func text(_ milliseconds: UInt64, _ high: UInt64, _ low: UInt64) -> String {
    String(unsafeUninitializedCapacity: 26) { bytes in
      for place in 0..<10 {
        bytes[place] = letters[Int(milliseconds >> UInt64(45 - 5 * place) & 31)]
      }
      for place in 0..<8 {
        bytes[10 + place] = letters[Int(high >> UInt64(5 * place) & 31)]
        bytes[18 + place] = letters[Int(low >> UInt64(5 * place) & 31)]
      }
      return 26
    }
  }
}
