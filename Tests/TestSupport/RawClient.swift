package import Foundation
import Platform

/// Sends bytes to a port of this machine and reads what comes back until the other side closes. It knows
/// nothing of HTTP, so that it can send what no client would.
package enum RawClient {
  package struct Failure: Error { let call: String }

  /// What came back.
  package struct Answer: Sendable {
    package let bytes: [UInt8]
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var status: Int {
      text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
    package var headers: [String: String] {
      let lines = text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
      let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
        let parts = line.split(separator: ":", maxSplits: 1)
        return parts.count == 2
          ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
      }
      return Dictionary(pairs) { first, _ in first }
    }
    package var body: Data {
      bytes.firstRange(of: Array("\r\n\r\n".utf8)).map { Data(bytes[$0.upperBound...]) } ?? Data()
    }
    /// Its body as JSON.
    package var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:]
    }
  }

  /// - Parameters:
  ///   - pieces: sent one after the other.
  ///   - pause: between them, in seconds.
  ///   - ends: whether the server learns that no more will come.
  ///   - isWhole: asked after each piece of the answer whether it is the last; for servers that stay.
  ///   - connected: called when the system has taken the connection.
  package static func send(
    _ pieces: [[UInt8]], pause: Double = 0, ends: Bool = false, port: Int,
    isWhole: @escaping @Sendable (Answer) -> Bool = { _ in false },
    connected: @escaping @Sendable () -> Void = {}
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      // Not on a thread of the tasks: it blocks, and the server needs those.
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try exchange(pieces, pause: pause, ends: ends, port: port, isWhole, connected)
          })
      }
    }
  }

  /// A whole request with its own connection.
  package static func request(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8] = [],
    port: Int
  ) async throws -> Answer {
    var fields = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
    if !body.isEmpty || method == "POST" { fields["Content-Length"] = "\(body.count)" }
    fields.merge(headers) { $1 }
    let head =
      "\(method) \(path) HTTP/1.1\r\n" + fields.map { "\($0): \($1)\r\n" }.sorted().joined()
      + "\r\n"
    return try await send([Array(head.utf8) + body], port: port)
  }

  package static func post(
    _ path: String, json: String, _ headers: [String: String] = [:], port: Int
  ) async throws -> Answer {
    try await request(
      "POST", path, ["Content-Type": "application/json"].merging(headers) { $1 },
      body: Array(json.utf8), port: port)
  }

  /// Connects with a port of this machine; reading waits two minutes at most.
  package static func connection(to port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(call: "socket") }
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let outcome = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard outcome == 0 else {
      close(descriptor)
      throw Failure(call: "connect")
    }
    return descriptor
  }

  /// Writes all bytes.
  /// - Returns: false if the other side took no more.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(
          descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private static func exchange(
    _ pieces: [[UInt8]], pause: Double, ends: Bool, port: Int, _ isWhole: (Answer) -> Bool,
    _ connected: () -> Void
  ) throws -> Answer {
    let descriptor = try connection(to: port)
    defer { close(descriptor) }
    connected()
    for (place, piece) in pieces.enumerated() {
      if place > 0, pause > 0 { Thread.sleep(forTimeInterval: pause) }
      // The server may have answered and closed before it read everything.
      _ = write(piece, to: descriptor)
    }
    if ends { shutdown(descriptor, Int32(SHUT_WR)) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      bytes += buffer[..<count]
      if isWhole(Answer(bytes: bytes)) { break }
    }
    return Answer(bytes: bytes)
  }
}
