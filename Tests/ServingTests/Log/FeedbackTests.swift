import Codecs
import Databases
import Datasets
import Engine
import Foundation
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct FeedbackTests {
  /// A server with a log, and an id of two answers.
  private static func with(
    _ model: ServedModel,
    _ body: @escaping @Sendable (_ port: Int, _ id: String, _ log: String) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("log.sqlite")
    try await RunningServer.with(ModelSlot(model)) {
      $0.log = PredictionLogSettings(path: path)
    } _: { port in
      let answer = try await RawClient.post(
        "/predict", json: #"[[3,7,"art"],[4,7,"art"]]"#, port: port)
      let id = try #require(answer.json["id"] as? String)
      try await body(port, id, path)
    }
  }

  private static func send(_ json: String, _ port: Int) async throws -> RawClient.Answer {
    try await RawClient.post("/feedback", json: json, port: port)
  }

  private static func report(_ answer: RawClient.Answer) throws -> FeedbackReport {
    #expect(answer.status == 200, "\(answer.text)")
    return try JSONDecoder().decode(FeedbackReport.self, from: answer.body)
  }

  @Test func isTakenAndTheLastWordHolds() async throws {
    try await Self.with(try RunningServer.table()) { port, id, log in
      let one = #"{"id":"\#(id)","label":"yes","source":"clinic"}"#
      var report = try Self.report(try await Self.send(one, port))
      #expect(report.accepted == 1 && report.contradictions == 0)
      // Whoever got no answer sends it again.
      report = try Self.report(try await Self.send(one, port))
      #expect(report.accepted == 0 && report.repeated == 1)
      report = try Self.report(
        try await Self.send(
          #"[{"id":"\#(id)","instance":0,"label":"no"},{"id":"\#(id)","instance":1,"label":7},"#
            + #"{"id":"\#(id)","instance":2,"label":"no"},{"id":"x","label":"no"}]"#, port))
      #expect(report.accepted == 2 && report.contradictions == 1 && report.unknownLabels == 1)
      #expect(report.unknown == [.init(id: id, instance: 2), .init(id: "x", instance: 0)])
      let rows = try LogReader(path: log).rows()
      #expect(rows.map(\.truth) == [.label("no"), .label("7")])
      #expect(rows.map(\.truths) == [2, 1])
      #expect(rows.map(\.source) == [nil, nil])
      let metrics = try await RawClient.request("GET", "/metrics", port: port).text
      for line in [
        "glassbox_feedback_total 3", "glassbox_feedback_contradictions_total 1",
        "glassbox_feedback_unknown_labels_total 1", "glassbox_log_rows_total 2",
        "glassbox_log_dropped_total 0",
      ] { #expect(metrics.contains(line + "\n"), "\(line)") }
    }
  }

  @Test(arguments: [
    (404, #"{"id":"x","label":"yes"}"#), (404, #"{"id":"ID","instance":2,"label":"yes"}"#),
    (422, #"{"id":"ID","value":1}"#), (422, #"{"id":"ID"}"#), (422, #"{"label":"yes"}"#),
    (422, #"{"id":"ID","label":"yes","value":1}"#), (422, #"{"id":"ID","label":null}"#),
    (422, #"{"id":"ID","label":"yes","instance":-1}"#),
    (422, #"{"id":"ID","label":"yes","instance":0.5}"#),
    (422, #"{"id":"ID","label":"yes","instance":1e300}"#),
    (422, #"{"id":"ID","label":"yes","instance":"one"}"#),
    (422, #"{"id":"ID","label":"yes","labels":"no"}"#),
    (422, #"{"id":"ID","id":"ID","label":"yes"}"#), (422, #"{"id":"ID","label":["yes"]}"#),
    (422, "[]"), (422, "3"), (422, "[3]"), (400, ""), (400, #"{"id":"ID","label":"yes""#),
  ])
  func faultsAreExplained(_ status: Int, _ json: String) async throws {
    try await Self.with(try RunningServer.table()) { port, id, log in
      let answer = try await Self.send(json.replacingOccurrences(of: "ID", with: id), port)
      #expect(answer.status == status, "\(answer.text)")
      #expect(answer.headers["content-type"] == ProblemDetails.contentType)
      #expect(try LogReader(path: log).rows(labelled: true).isEmpty)
    }
  }

  @Test func everyDamageOfFeedbackIsSurvived() {
    let text = Array(
      #"[{"id":"a","instance":1,"label":"x","source":"y"},{"id":"b","value":1}]"#.utf8)
    for place in text.indices {
      _ = try? Feedback.reading(json: Array(text[..<place]), limits: ServingLimits())
      for byte in UInt8.min...UInt8.max {
        var damaged = text
        damaged[place] = byte
        _ = try? Feedback.reading(json: damaged, limits: ServingLimits())
      }
    }
  }

  @Test func thereIsALimit() throws {
    var limits = ServingLimits()
    limits.instances = 3
    let many = {
      "[" + [String](repeating: #"{"id":"a","label":"b"}"#, count: $0).joined(separator: ",") + "]"
    }
    #expect(try Feedback.reading(json: Array(many(3).utf8), limits: limits).count == 3)
    #expect(throws: ServingProblem.tooManyInstances(3)) {
      try Feedback.reading(json: Array(many(4).utf8), limits: limits)
    }
  }

  @Test func withoutALogThereIsNone() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let answer = try await Self.send(#"{"id":"x","label":"yes"}"#, port)
      #expect(answer.status == 404 && answer.text.contains("`log`"), "\(answer.text)")
      let text = try await RawClient.request(
        "POST", "/feedback", ["Content-Type": "text/csv"], body: [1], port: port)
      #expect(text.status == 404)
    }
  }

  /// A log that cannot be written costs no answer, and is said.
  @Test func aBrokenLogIsSaidAndAnswersGoOn() async throws {
    try await Self.with(try RunningServer.table()) { port, id, path in
      _ = try Self.report(try await Self.send(#"{"id":"\#(id)","label":"yes"}"#, port))
      #expect(try await RawClient.request("GET", "/healthz", port: port).body == Data("ok\n".utf8))
      let file = try LogFile(path, .write)
      try file.store.write {
        _ = try $0.execute("ALTER TABLE prediction RENAME TO hidden")
      }
      let answer = try await RawClient.post("/predict", json: #"[3,7,"art"]"#, port: port)
      #expect(answer.status == 200)
      let refused = try await Self.send(#"{"id":"\#(id)","label":"no"}"#, port)
      #expect(refused.status == 503 && refused.headers["retry-after"] != nil, "\(refused.text)")
      let health = try await RawClient.request("GET", "/healthz", port: port)
      #expect(health.status == 200)
      #expect(
        health.text.contains("prediction log: 1 rows dropped; log.sqlite: "), "\(health.text)")
      #expect(!health.text.contains(path))
      let metrics = try await RawClient.request("GET", "/metrics", port: port).text
      #expect(metrics.contains("glassbox_log_dropped_total 1\n"))
      try file.store.write {
        _ = try $0.execute("ALTER TABLE hidden RENAME TO prediction")
      }
      _ = try Self.report(try await Self.send(#"{"id":"\#(id)","label":"no"}"#, port))
    }
  }

  @Test func aFileOfItIsTakenWhileTheServerRuns() async throws {
    try await Self.with(try RunningServer.table()) { port, id, path in
      let folder = try TemporaryFolder()
      // What waits in memory is on the disk once feedback is.
      _ = try Self.report(try await Self.send(#"{"id":"\#(id)","instance":1,"label":"no"}"#, port))
      try folder.write(
        "label,id,instance\nno,\(id),\nyes,\(id),1\nno,x,0\n", to: "truths.csv")
      let report = try FeedbackFile(path: folder.path("truths.csv"), source: "clinic")
        .add(toLog: path)
      #expect(report.accepted == 2 && report.contradictions == 1)
      #expect(report.unknown == [.init(id: "x", instance: 0)])
      let rows = try LogReader(path: path).rows()
      #expect(rows.map(\.truth) == [.label("no"), .label("yes")])
      #expect(rows.map(\.source) == ["clinic", "clinic"])
      for bad in [
        "id\nx\n", "label\nno\n", "id,label,value\nx,no,1\n", "id,label\n",
        "id,label\n\(id),\n,no\n", "id,value\n\(id),many\n", "id,value\n\(id),1\n",
        "id,label\n\(id),no\n\(id),no,more\n",
      ] {
        try folder.write(bad, to: "bad.csv")
        #expect(throws: Problem.self, "\(bad)") {
          try FeedbackFile(path: folder.path("bad.csv")).add(toLog: path)
        }
      }
      #expect(try LogReader(path: path).rows() == rows)
    }
  }

  @Test func valuesAreTakenForNumbers() async throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    let log = try PredictionLog(PredictionLogSettings(path: folder.path("log.sqlite")))
    let (one, several) = (#"{"value":2.5,"low":2,"high":3}"#, #"{"values":{"a":1,"b":2}}"#)
    let predictions = try [one, several].map {
      try JSONDecoder().decode(Prediction.self, from: Data($0.utf8))
    }
    log.add(LogRecord(id: "a", model: model, predictions: predictions))
    #expect(try await log.add([Feedback(id: "a", .value(2.75))]).accepted == 1)
    for (instance, truth) in [(0, Feedback.Truth.label("yes")), (1, .value(1)), (1, .label("x"))] {
      await #expect(throws: Problem.self) {
        try await log.add([Feedback(id: "a", instance: instance, truth)])
      }
    }
    log.close()
    let rows = try LogReader(path: folder.path("log.sqlite")).rows()
    #expect(rows[0].value == 2.5 && rows[0].low == 2 && rows[0].high == 3)
    #expect(rows[0].truth == .value(2.75) && rows[1].truth == nil)
    #expect(rows[1].answer == several)
  }
}
