import Foundation
import FuzzedReaders
import Synchronization
import TestSupport
import Testing

@testable import Serving

/// Forms of HTTP that are rare, or meant to confuse.
@Suite struct ProtocolTests {
  private static let row = #"[3,7,"art"]"#

  struct Form: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    /// Of each answer, in their order.
    let statuses: [Int]
    var testDescription: String { name }
  }

  private static let host = "Host: localhost\r\n"
  private static let json = "\(host)Content-Type: application/json\r\n"

  static let forms = [
    Form(
      name: "absolute target", request: "GET http://localhost/model HTTP/1.1\r\n\(host)\r\n",
      statuses: [200]),
    Form(
      name: "absolute target of another host",
      request: "GET http://evil.example/model HTTP/1.1\r\n\(host)\r\n", statuses: [400]),
    Form(
      name: "two hosts", request: "GET /model HTTP/1.1\r\n\(host)Host: evil.example\r\n\r\n",
      statuses: [400]),
    Form(name: "no host", request: "GET /model HTTP/1.1\r\n\r\n", statuses: [400]),
    Form(name: "HTTP/1.0", request: "GET /model HTTP/1.0\r\n\(host)\r\n", statuses: [200]),
    Form(name: "HTTP/2", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses: [400]),
    Form(
      name: "asterisk", request: "OPTIONS * HTTP/1.1\r\n\(host)\r\n", statuses: [404]),
    Form(
      name: "proxy", request: "CONNECT evil.example:80 HTTP/1.1\r\n\(host)\r\n", statuses: [404]),
    Form(
      name: "traversal", request: "GET /../../etc/passwd HTTP/1.1\r\n\(host)\r\n",
      statuses: [404]),
    Form(
      name: "escaped traversal",
      request: "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n\(host)\r\n", statuses: [404]),
    Form(
      name: "null byte", request: "GET /mo\u{0}del HTTP/1.1\r\n\(host)\r\n", statuses: [400]),
    Form(
      name: "bare line feeds", request: "GET /model HTTP/1.1\nHost: localhost\n\n", statuses: [400]),
    Form(
      name: "folded header", request: "GET /model HTTP/1.1\r\n\(host)X: a\r\n b\r\n\r\n",
      statuses: [400]),
    Form(
      name: "upgrade",
      request: "GET /model HTTP/1.1\r\n\(host)Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      statuses: [200]),
    Form(
      name: "pipelined",
      request: "GET /model HTTP/1.1\r\n\(host)\r\nGET /healthz HTTP/1.1\r\n\(host)\r\n"
        + "GET /nothing HTTP/1.1\r\n\(host)\r\n", statuses: [200, 200, 404]),
    Form(
      name: "body that is cut off",
      request: "POST /predict HTTP/1.1\r\n\(json)Content-Length: 500\r\n\r\n[1,", statuses: [400]),
    Form(
      name: "headers that are cut off", request: "GET /model HTTP/1.1\r\nHost: loc", statuses: [400]
    ),
    Form(
      name: "chunks that never end",
      request: "POST /predict HTTP/1.1\r\n\(json)Transfer-Encoding: chunked\r\n\r\n"
        + "ffffffffffffffff\r\n[1,2]", statuses: [400]),
    Form(
      name: "length and chunks",
      request: "POST /predict HTTP/1.1\r\n\(json)Content-Length: 3\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /model HTTP/1.1\r\n\(host)\r\n",
      statuses: [400]),
    Form(
      name: "spelt chunks",
      request: "POST /predict HTTP/1.1\r\n\(json)Transfer-Encoding: xchunked\r\n\r\n"
        + "0\r\n\r\n", statuses: [400]),
    Form(
      name: "expectation",
      request: "POST /predict HTTP/1.1\r\n\(json)Expect: 100-continue\r\n"
        + "Content-Length: \(row.utf8.count)\r\n\r\n\(row)", statuses: [100, 200]),
    Form(name: "nothing", request: "", statuses: []),
  ]

  @Test(arguments: forms)
  func isAnswered(_ form: Form) async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let answer = try await RawClient.send([Array(form.request.utf8)], ends: true, port: port)
      let statuses = answer.text.matches(of: /HTTP\/1\.[01] (\d{3})/).compactMap { Int($0.1) }
      #expect(statuses == form.statuses, "\(answer.text)")
      // No folder of this machine, and nothing of the file that was asked for.
      #expect(!answer.text.contains("root:") && !answer.text.contains("/Sources/"))
      // The server is none the worse for it.
      #expect(try await RawClient.request("GET", "/healthz", port: port).status == 200)
    }
  }

  /// A client that waits for a sign before it sends its body gets it.
  @Test func whoAsksToGoOnIsToldTo() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let head =
        "POST /predict HTTP/1.1\r\n\(Self.json)Expect: 100-continue\r\nConnection: close\r\n"
        + "Content-Length: \(Self.row.utf8.count)\r\n\r\n"
      let answer = try await RawClient.send(
        [Array(head.utf8), Array(Self.row.utf8)], pause: 0.2, port: port)
      #expect(answer.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"), "\(answer.text)")
    }
  }

  /// A file of a few hundred bytes that says it is an image of a billion pixels.
  @Test func bombsAreNotDecoded() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.images())) { port in
      for side in [20_000, 65_535, 2_000_000_000] as [UInt32] {
        var file = Array(
          try Data(contentsOf: URL(filePath: repositoryPath("Fuzzing/Seeds/png/grey.png"))))
        for (place, shift) in zip(16..<24, [24, 16, 8, 0, 24, 16, 8, 0] as [UInt32]) {
          file[place] = UInt8(truncatingIfNeeded: side >> shift)
        }
        let answer = try await RawClient.request(
          "POST", "/predict", ["Content-Type": "image/png"], body: PNGChunks.withChecksums(file),
          port: port)
        #expect([400, 422].contains(answer.status), "\(side): \(answer.text)")
      }
    }
  }

  private final class Slow: Sendable { let finished = Atomic<Int>(0) }

  /// Clients that send their headers one byte at a time keep nobody else from being answered.
  @Test func slowClientsHoldNobodyUp() async throws {
    let slow = Slow()
    let bytes: [[UInt8]] = "GET /model HTTP/1.1\r\nHost: localhost\r\nX: ".utf8.map { [$0] }
    let clients = try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.headerSeconds = 60
    } _: { port in
      let clients = (0..<50).map { _ in
        Task {
          _ = try await RawClient.send(bytes, pause: 0.1, port: port)
          slow.finished.wrappingAdd(1, ordering: .relaxed)
        }
      }
      for _ in 0..<20 {
        let answer = try await RawClient.post("/predict", json: Self.row, port: port)
        #expect(answer.status == 200)
      }
      #expect(slow.finished.load(ordering: .relaxed) == 0)
      return clients
    }
    for client in clients { try await client.value }
  }
}
