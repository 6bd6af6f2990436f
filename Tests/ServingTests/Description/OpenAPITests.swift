import Engine
import Foundation
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct OpenAPITests {
  /// The interpreter that has schemathesis and openapi-spec-validator.
  private static let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"]

  enum Model: CaseIterable {
    case table, images

    func made() throws -> ServedModel {
      switch self {
      case .table: try RunningServer.table()
      case .images: try RunningServer.images()
      }
    }
  }

  /// What the program prints where it fails.
  private static func check(port: Int, examples: Int) async throws -> ChildProcess.Outcome {
    let script = repositoryPath("Tests/ServingTests/Description/check.py")
    let python = try #require(python)
    return try await withCheckedThrowingContinuation { continuation in
      // Not on a thread of the tasks: it blocks, and the server needs those.
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try ChildProcess.run(
              "/usr/bin/env",
              [python, "-B", script, "http://127.0.0.1:\(port)", "\(examples)"])
          })
      }
    }
  }

  /// Requests that fit the description are accepted, others refused, and every answer fits it too.
  @Test(
    .enabled(if: python != nil, "GLASSBOX_PYTHON names no Python that has schemathesis"),
    arguments: [Model.table, .images])
  func theServerIsAsItsDescriptionSays(_ model: Model) async throws {
    let folder = try TemporaryFolder()
    let log = PredictionLogSettings(path: folder.path("log.sqlite"))
    let slot = ModelSlot(try model.made())
    let outcome = try await RunningServer.with(slot) {
      $0.log = log
    } _: { port in
      try await Self.check(port: port, examples: 8)
    }
    #expect(outcome.status == 0, "\(outcome.output.suffix(6000))\(outcome.errors.suffix(2000))")
  }

  @Test(arguments: Model.allCases)
  func everyRouteIsDescribed(_ model: Model) async throws {
    let slot = ModelSlot(try model.made())
    try await RunningServer.with(slot) {
      $0.tokens = ["0123456789abcdef"]
    } _: { port in
      let answer = try await RawClient.request(
        "GET", "/openapi.json", ["Authorization": "Bearer 0123456789abcdef"], port: port)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(answer.json["openapi"] as? String == "3.1.0")
      #expect(answer.json["security"] != nil)
      let paths = try #require(answer.json["paths"] as? [String: [String: Any]])
      #expect(paths.count == 15)
      for (path, methods) in paths {
        for (method, described) in methods {
          let described = try #require(described as? [String: Any])
          let isOpen = described["security"] != nil
          let free = try await RawClient.request(method.uppercased(), path, port: port)
          #expect(isOpen ? free.status == 200 : free.status == 401, "\(method) \(path)")
        }
      }
    }
  }

  /// A property that is described is one.
  @Test func typesAreDescribedByWhatTheyRead() throws {
    let catalog = SchemaCatalog()
    let schema = try catalog.schema(of: PredictionAnswer.self)
    #expect(schema == .component("PredictionAnswer"))
    let answer = try #require(catalog.components["PredictionAnswer"])
    #expect(Set(answer.properties!.keys) == ["id", "model", "predictions", "timings"])
    #expect(answer.required == ["id", "model", "predictions", "timings"])
    #expect(catalog.components["ServedModelIdentity"]?.required == ["hash", "name"])
    let prediction = try #require(catalog.components["Prediction"])
    #expect(prediction.required == nil)
    #expect(prediction.properties?["problem"]?.description?.contains("finite") == true)
    #expect(
      prediction.properties?["steps"]
        == .array(of: .component("Prediction"), prediction.properties?["steps"]?.description))
  }

  /// What is described in the query is understood, and nothing else is.
  @Test func queriesAreChecked() async throws {
    let folder = try TemporaryFolder()
    let log = PredictionLogSettings(path: folder.path("log.sqlite"))
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.log = log
    } _: { port in
      let row = #"[3,7,"art"]"#
      for (path, status) in [
        ("/explain?answer=yes&trace=true", 200), ("/explain?answer=perhaps", 422),
        ("/explain?anser=yes", 422), ("/explain?answer=yes&answer=no", 422),
        ("/predict?trace=true", 422), ("/predict?", 200),
      ] {
        let answer = try await RawClient.post(path, json: row, port: port)
        #expect(answer.status == status, "\(path): \(answer.text)")
      }
      for (path, status) in [
        ("/monitor?since=1d&window=1h", 200), ("/monitor?sinse=1d", 422),
        ("/monitor?since=1d&since=2d", 422), ("/model?cache=1", 200),
      ] {
        let answer = try await RawClient.request("GET", path, port: port)
        #expect(answer.status == status, "\(path): \(answer.text)")
      }
    }
  }

  @Test func headIsGetWithoutItsBody() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for path in ["/model", "/", "/healthz", "/nothing"] {
        let get = try await RawClient.request("GET", path, port: port)
        let head = try await RawClient.request("HEAD", path, port: port)
        #expect(head.status == get.status)
        #expect(head.body.isEmpty)
        #expect(head.headers["content-type"] == get.headers["content-type"])
        if path == "/model" {
          #expect(head.headers["content-length"] == get.headers["content-length"])
        }
      }
      for method in ["TRACE", "QUERY", "HEAD"] {
        let answer = try await RawClient.request(method, "/predict", port: port)
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "POST")
      }
    }
  }

  /// A form says each thing once.
  @Test func formsAreNotGuessed() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      func status(_ parts: [(String, String)]) async throws -> Int {
        let body =
          parts.map { head, value in
            "--b\r\nContent-Disposition: form-data; name=\(head)\r\n\r\n\(value)\r\n"
          }.joined() + "--b--\r\n"
        return try await RawClient.request(
          "POST", "/predict", ["Content-Type": "multipart/form-data; boundary=b"],
          body: Array(body.utf8), port: port
        ).status
      }
      let row = [("hours", "3"), ("sleep", "7"), ("subject", "art")]
      let repeated = row + [("hours", "4")]
      let mixed = row + [("image; filename=a.png", "x")]
      for (parts, expected) in [(row, 200), (repeated, 422), (mixed, 422)] {
        let found = try await status(parts)
        #expect(found == expected)
      }
    }
  }
}
