import Foundation
import TestSupport

/// The connection over which a Firefox is led, by one who asks one thing after the other:
/// `LENGTH:[0,id,command,parameters]` there, and `LENGTH:[1,id,error,result]` back.
final class MarionetteConnection: Sendable {
  private let descriptor: Int32

  init(port: Int) async throws {
    descriptor = try RawClient.connection(to: port)
    // Firefox speaks first: who it is.
    _ = try await exchange([])
  }

  deinit { close(descriptor) }

  func call(_ command: String, _ parameters: [String: Any]) async throws -> [String: Any] {
    let message = try JSONSerialization.data(withJSONObject: [0, 1, command, parameters] as [Any])
    let answer = try await exchange(Array("\(message.count):".utf8) + message)
    let parts = try JSONSerialization.jsonObject(with: Data(answer)) as? [Any] ?? []
    guard parts.count == 4 else {
      throw BrowserFailure(description: "\(command): \(String(decoding: answer, as: UTF8.self))")
    }
    if let problem = parts[2] as? [String: Any] {
      throw BrowserFailure(
        description: "\(command): \(problem["error"] ?? ""): \(problem["message"] ?? "")")
    }
    return parts[3] as? [String: Any] ?? [:]
  }

  private func exchange(_ message: [UInt8]) async throws -> [UInt8] {
    let descriptor = descriptor
    return try await withCheckedThrowingContinuation { continuation in
      // Not on a thread of the tasks: it blocks, and the studio needs those.
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            guard RawClient.write(message, to: descriptor) else {
              throw BrowserFailure(description: "Firefox takes no more")
            }
            var digits = ""
            while let digit = try Self.read(1, descriptor).first, digit != UInt8(ascii: ":") {
              digits.unicodeScalars.append(Unicode.Scalar(digit))
            }
            guard let count = Int(digits) else {
              throw BrowserFailure(description: "Firefox answered \(digits)")
            }
            return try Self.read(count, descriptor)
          })
      }
    }
  }

  private static func read(_ count: Int, _ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
    while bytes.count < count {
      let got = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
      guard got > 0 else { throw BrowserFailure(description: "Firefox no longer answers") }
      bytes += buffer[..<got]
    }
    return bytes
  }
}
