import Charts
import Engine
import Foundation
import TestSupport
import Testing

@testable import Serving

/// Every limit one below, at, and one above.
@Suite struct LimitsTests {
  private static let row = #"{"hours":3,"sleep":7,"subject":"art"}"#

  /// So that a limit that is added is listed too.
  @Test func allLimitsAreListed() async throws {
    let known = Mirror(reflecting: ServingLimits()).children.compactMap(\.label)
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.queuedRequests = 77
    } _: { port in
      let answer = try await RawClient.request("GET", "/limits", port: port)
      #expect(answer.json.count == known.count)
      #expect(answer.json["queued_requests"] as? Int == 77)
      #expect(answer.json["connections"] as? Int == 1024)
    }
  }

  @Test func headers() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.headerBytes = 1000
    } _: { port in
      let start = "GET /model HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: "
      for length in 999...1001 {
        let value = String(repeating: "a", count: length - start.utf8.count - 4)
        let answer = try await RawClient.send([Array("\(start)\(value)\r\n\r\n".utf8)], port: port)
        #expect(answer.status == (length > 1000 ? 431 : 200), "\(length): \(answer.text)")
      }
    }
  }

  @Test func instances() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.instances = 3
    } _: { port in
      for count in 2...4 {
        let rows = Array(repeating: Self.row, count: count).joined(separator: ",")
        for body in ["[\(rows)]", "{\"instances\":[\(rows)]}"] {
          let answer = try await RawClient.post("/predict", json: body, port: port)
          #expect(answer.status == (count > 3 ? 413 : 200), "\(count): \(answer.text)")
        }
      }
    }
  }

  @Test func depth() async throws {
    for limit in 2...4 {
      try await RunningServer.with(ModelSlot(try RunningServer.table())) {
        $0.limits.jsonDepth = limit
      } _: { port in
        // An object with an array of objects is three levels deep.
        let body = "{\"instances\":[\(Self.row)]}"
        let answer = try await RawClient.post("/predict", json: body, port: port)
        #expect(answer.status == (limit < 3 ? 400 : 200), "\(limit): \(answer.text)")
      }
    }
  }

  private static func png(_ width: Int, _ height: Int) -> [UInt8] {
    PNGBitmap(
      width: width, height: height, shares: Array(repeating: 0.5, count: width * height),
      palette: .grey
    ).png
  }

  @Test func imageSidesAndPixels() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.images())) {
      ($0.limits.imageSide, $0.limits.imagePixels) = (120, 200)
    } _: { port in
      for (width, height, isTaken) in [
        (119, 1, true), (120, 1, true), (121, 1, false), (1, 120, true), (1, 121, false),
        (1, 119, true), (99, 2, true), (100, 2, true), (67, 3, false),
      ] {
        let answer = try await RawClient.request(
          "POST", "/predict", ["Content-Type": "image/png"], body: Self.png(width, height),
          port: port)
        #expect(answer.status == (isTaken ? 200 : 422), "\(width) × \(height): \(answer.text)")
      }
    }
  }

  @Test func images() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.images())) {
      $0.limits.images = 3
    } _: { port in
      for count in 2...4 {
        var body: [UInt8] = []
        for number in 0..<count {
          let head =
            "--b\r\nContent-Disposition: form-data; name=image; filename=\(number).png\r\n\r\n"
          body += Array(head.utf8) + Self.png(4, 4) + Array("\r\n".utf8)
        }
        body += Array("--b--\r\n".utf8)
        let answer = try await RawClient.request(
          "POST", "/predict", ["Content-Type": "multipart/form-data; boundary=b"], body: body,
          port: port)
        #expect(answer.status == (count > 3 ? 413 : 200), "\(count): \(answer.text)")
      }
    }
  }

  /// One more than the limit waits until the server has waited long enough for one that says nothing.
  @Test(arguments: 1...3)
  func connections(_ held: Int) async throws {
    let patience = held < 3 ? 60 : 1.5
    let silent = try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      ($0.limits.connections, $0.limits.headerSeconds) = (3, patience)
    } _: { port in
      let start = ContinuousClock.now
      let (connections, connected) = AsyncStream.makeStream(of: Void.self)
      let silent = (0..<held).map { _ in
        Task { try await RawClient.send([], port: port, connected: { connected.yield() }) }
      }
      var iterator = connections.makeAsyncIterator()
      for _ in silent { await iterator.next() }
      // Of connections that wait together a server takes some at once: the silent ones shall be taken before.
      if held == 3 { try await Task.sleep(for: .milliseconds(500)) }
      let answer = try await RawClient.request("GET", "/model", port: port)
      #expect(answer.status == 200)
      #expect((ContinuousClock.now - start < .seconds(patience)) == (held < 3))
      return silent
    }
    for one in silent { _ = try await one.value }
  }

  @Test(arguments: 0...1)
  func explanations(_ limit: Int) async throws {
    var limits = ServingLimits()
    limits.explanations = limit
    let queue = ExplanationQueue(limits)
    func ask() async throws {
      try await queue.run(deadline: .now + .seconds(20), isWanted: { true }) { _ in }
    }
    if limit > 0 {
      for _ in 0..<3 { try await ask() }
    } else {
      await #expect(throws: ServingProblem.busy(retryAfter: 1)) { try await ask() }
    }
  }
}
