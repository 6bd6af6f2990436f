import Codecs
import Datasets
import Engine
import Foundation
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct ModelServerTests {
  @Test func answersHaveTheBitsOfTheLibrary() async throws {
    let model = try RunningServer.table()
    try await RunningServer.with(ModelSlot(model)) { port in
      let answer = try await RawClient.post(
        "/predict",
        json: #"{"instances":[{"hours":3,"sleep":7,"subject":"art"},[8.5,null,"new"]]}"#,
        port: port)
      #expect(answer.status == 200, "\(answer.text)")
      let decoded = try JSONDecoder().decode(PredictionAnswer.self, from: answer.body)
      let expected = try model.trained.predict(rows: [
        ["hours": 3, "sleep": 7, "subject": "art"], ["hours": 8.5, "sleep": nil, "subject": "new"],
      ])
      #expect(decoded.predictions == expected)
      #expect(decoded.predictions[1].notes?.first?.contains("not seen in training") == true)
      #expect(decoded.model == model.identity)
      #expect(answer.headers["x-request-id"] == decoded.id)
      #expect(answer.headers["server-timing"]?.contains("queue;dur=") == true)
    }
  }

  @Test func everyPathAnswersEveryMethod() async throws {
    let slot = ModelSlot(try RunningServer.table())
    try await RunningServer.with(slot) { port in
      for path in [
        "/predict", "/explain", "/model", "/limits", "/metrics", "/healthz", "/readyz", "/",
        "/page.css", "/page.js",
      ] {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
          let answer = try await RawClient.request(method, path, port: port)
          if answer.status == 405 {
            #expect(answer.headers["allow"]?.contains(method) == false)
            #expect(answer.headers["content-type"] == "application/problem+json")
          } else {
            #expect([200, 415].contains(answer.status), "\(method) \(path): \(answer.text)")
          }
          #expect(answer.headers["x-content-type-options"] == "nosniff")
        }
      }
      let missing = try await RawClient.request("GET", "/nothing", port: port)
      #expect(missing.status == 404)
      #expect(missing.json["title"] as? String == "Not Found")
    }
  }

  @Test(arguments: [
    (400, "[1,"), (400, "{\"hours\":01}"), (422, "{\"hours\":1}"), (422, "[1,2]"), (422, "[]"),
    (422, #"{"hours":"many","sleep":7,"subject":"art"}"#),
    (422, #"{"hours":1e999,"sleep":7,"subject":"art"}"#),
  ])
  func faultsAreExplained(_ status: Int, _ json: String) async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let answer = try await RawClient.post("/predict", json: json, port: port)
      #expect(answer.status == status, "\(answer.text)")
      let details = try JSONDecoder().decode(ProblemDetails.self, from: answer.body)
      #expect(details.status == status)
      #expect(details.errors?.isEmpty == false)
      #expect(details.instance == answer.headers["x-request-id"])
    }
  }

  @Test func contentOfUnknownKindIsRefused() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for type in ["text/plain", "application/xml", ""] {
        let answer = try await RawClient.request(
          "POST", "/predict", ["Content-Type": type], body: [1], port: port)
        #expect(answer.status == 415)
      }
      let png = try await RawClient.request(
        "POST", "/predict", ["Content-Type": "image/png"], body: [1, 2, 3], port: port)
      #expect(png.status == 422, "\(png.text)")
    }
  }

  @Test func bodiesAreLimitedHoweverTheyCome() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.bodyBytes = 100
    } _: { port in
      let row = #"{"hours":3,"sleep":7,"subject":"art"}"#
      for extra in [-1, 0, 1] {
        let body = row + String(repeating: " ", count: 100 + extra - row.utf8.count)
        let whole = try await RawClient.post("/predict", json: body, port: port)
        #expect(whole.status == (extra > 0 ? 413 : 200), "\(whole.text)")
        let head =
          "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunks = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
        let chunked = try await RawClient.send([Array((head + chunks).utf8)], port: port)
        #expect(chunked.status == (extra > 0 ? 413 : 200), "\(chunked.text)")
      }
    }
  }

  @Test func whatIsNoHTTPIsAnswered() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for bytes in [
        "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "GET /model HTTP/1.1\r\nHost : localhost\r\n\r\n",
      ] {
        let answer = try await RawClient.send([Array(bytes.utf8)], port: port)
        #expect(answer.status == 400, "\(bytes): \(answer.text)")
        #expect(answer.headers["connection"] == "close")
      }
      // The server is none the worse for it.
      #expect(try await RawClient.request("GET", "/healthz", port: port).status == 200)
    }
  }

  @Test func headersAreLimited() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let answer = try await RawClient.request(
        "GET", "/model", ["X-Long": String(repeating: "a", count: 17 << 10)], port: port)
      #expect(answer.status == 431, "\(answer.text)")
      #expect(
        try await RawClient.request(
          "GET", "/model", ["X-Long": String(repeating: "a", count: 15 << 10)], port: port
        ).status == 200)
    }
  }

  @Test func slowHeadersAndBodiesEnd() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      ($0.limits.headerSeconds, $0.limits.bodySeconds) = (0.3, 0.3)
    } _: { port in
      let nothing = try await RawClient.send([], port: port)
      #expect(nothing.status == 408)
      let slow = try await RawClient.send(
        "GET /model HTTP/1.1\r\n".utf8.map { [$0] }, pause: 0.05, port: port)
      #expect(slow.status == 408, "\(slow.text)")
      let body = try await RawClient.send(
        [
          Array(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
              .utf8)
        ], port: port)
      #expect(body.status == 408, "\(body.text)")
    }
  }

  @Test func onlyKnownHostsAndTokensAreLetIn() async throws {
    let token = "0123456789abcdef0123"
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.tokens = ["another-token-of-some-length", token]
      $0.allowedHosts = ["models.example"]
    } _: { port in
      func status(_ headers: [String: String], _ path: String = "/model") async throws -> Int {
        try await RawClient.request("GET", path, headers, port: port).status
      }
      let bearer = ["Authorization": "Bearer \(token)"]
      #expect(try await status(bearer) == 200)
      #expect(try await status(["Authorization": "bearer \(token)"]) == 200)
      for wrong in [
        "", "Bearer", "Bearer ", "Bearer x", "Bearer \(token)0", "Bearer \(token.dropLast())",
        "Basic \(token)",
      ] {
        let answer = try await RawClient.request(
          "GET", "/model", ["Authorization": wrong], port: port)
        #expect(answer.status == 401, "\(wrong)")
        #expect(answer.headers["www-authenticate"] == "Bearer")
      }
      #expect(try await status(bearer.merging(["Host": "models.example:80"]) { $1 }) == 200)
      #expect(try await status(bearer.merging(["Host": "evil.example"]) { $1 }) == 400)
      #expect(try await status(bearer.merging(["Host": "[::1]:\(port)"]) { $1 }) == 200)
      #expect(try await status([:], "/healthz") == 200)
    }
  }

  @Test func settingsThatLetEverybodyInAreRefused() {
    for (host, tokens, isGood) in [
      ("0.0.0.0", [], false), ("127.0.0.1", [], true), ("::1", [], true),
      ("192.168.0.2", [], false),
      ("0.0.0.0", ["0123456789abcdef"], true), ("127.0.0.1", ["short"], false),
    ] as [(String, [String], Bool)] {
      var settings = ServingSettings()
      (settings.host, settings.tokens) = (host, tokens)
      #expect(((try? settings.check()) != nil) == isGood, "\(host)")
    }
  }

  @Test func aSwapFailsNoRequest() async throws {
    let first = try RunningServer.table()
    let second = ServedModel(first.trained, .init(name: "students", version: 2, hash: "1"))
    let slot = ModelSlot(first)
    try await RunningServer.with(slot) { port in
      var seen: Set<Int> = []
      for turn in 0..<40 {
        if turn == 20 { slot.swap(to: second) }
        let answer = try await RawClient.post("/predict", json: #"[3,7,"art"]"#, port: port)
        #expect(answer.status == 200)
        let decoded = try JSONDecoder().decode(PredictionAnswer.self, from: answer.body)
        seen.insert(decoded.model.version ?? 1)
        #expect(decoded.model.version == (turn >= 20 ? 2 : nil))
      }
      #expect(seen == [1, 2])
    }
  }

  @Test func metricsCountRequests() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for _ in 0..<3 {
        _ = try await RawClient.post("/predict", json: #"[[3,7,"art"],[4,7,"art"]]"#, port: port)
      }
      let text = try await RawClient.request("GET", "/metrics", port: port).text
      #expect(text.contains("glassbox_predictions_total 6\n"))
      #expect(
        text.contains(
          "http_server_request_duration_seconds_count{http_request_method=\"POST\",http_route=\"/predict\",http_response_status_code=\"200\"} 3\n"
        ), "\(text)")
    }
  }

  /// Whatever clients think up, the numbers of them that are kept stay few.
  @Test func strangeMethodsAndPathsShareOneCount() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for (place, method) in ["FROB", "PROPFIND", "MKCOL"].enumerated() {
        let answer = try await RawClient.request(method, "/strange/\(place)", port: port)
        #expect((400..<500).contains(answer.status))
      }
      let text = try await RawClient.request("GET", "/metrics", port: port).text
      #expect(!text.contains("FROB") && !text.contains("MKCOL") && !text.contains("strange"))
      #expect(text.contains("http_request_method=\"_OTHER\",http_route=\"NotFound\""), "\(text)")
    }
  }
}
