import Engine
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import Training

@testable import Serving

/// A model from its first training to the rollback of its second, while requests go on.
@Suite struct WholeLifeTests {
  @Test func aModelServesWatchesItselfAndLearnsAgain() async throws {
    // Trained, registered, live.
    let students = try LiveStudents()
    let slot = ModelSlot(try students.registry.load("students", version: 1))
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let watch = LiveModelWatch(
      registry: students.registry, name: "students", slot: slot, logger: logger,
      interval: 0.005)
    let watching = ServiceGroup(services: [watch], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await watching.run() }
      try await RunningServer.with(slot) {
        $0.log = PredictionLogSettings(path: students.log)
      } _: { port in
        try await Self.live(students, slot, port)
      }
      await watching.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private static func live(_ students: LiveStudents, _ slot: ModelSlot, _ port: Int) async throws {
    // Served; what is asked about moves to where the training data hold nothing.
    var generator = RandomGenerator(seed: 9)
    let rows = (0..<240).map { _ in LiveStudents.row(10, 20, &generator) }
    let before = try await accuracy(rows, port)
    #expect(before.share < 0.5, "\(before.share)")

    // The log is written when feedback is acknowledged; the drift is found.
    for (place, id) in before.ids.enumerated() {
      let part = rows[place * Self.part..<(place + 1) * Self.part]
      let feedback = part.enumerated().map { instance, row in
        #"{"id":"\#(id)","instance":\#(instance),"label":"\#(LiveStudents.truth(row.hours))","source":"school"}"#
      }
      let answer = try await RawClient.post(
        "/feedback", json: "[" + feedback.joined(separator: ",") + "]", port: port)
      #expect(answer.status == 200, "\(answer.text)")
    }
    let drift = try ModelRetraining.drift(
      of: "students", in: students.registry, log: students.log, since: 3600)
    #expect(drift.hasDrifted && drift.columns[0].name == "hours", "\(drift.text)")
    #expect(drift.performance?.accuracy?.value == before.share)

    // Trained again and promoted, while requests go on.
    let asking = Asking(port)
    let report = try await Self.beside {
      try students.retraining { $0.isPromoting = true }.run(in: students.folder.path("again"))
    }
    if report.decision == .promoted {
      while slot.model.identity.version != 2 { try await Task.sleep(for: .milliseconds(2)) }
    }
    #expect(try await asking.stop() > 0)
    try #require(report.decision == .promoted, "\(report.text)")

    // Predictions on what it did not know have improved, and what it knew is not lost.
    let after = try await accuracy(rows, port)
    #expect(after.version == 2 && after.share > 0.9, "\(after.share)")
    let old = (0..<Self.part * 2).map { _ in LiveStudents.row(0, 10, &generator) }
    #expect(try await accuracy(old, port).share > 0.85)

    // Rolled back.
    #expect(try students.registry.rollback("students") == 1)
    while slot.model.identity.version != 1 { try await Task.sleep(for: .milliseconds(2)) }
    #expect(try await accuracy(rows, port).share == before.share)
  }

  /// Asks one thing after the other until it is stopped; each request must be answered.
  private final class Asking: Sendable {
    private let isDone = Atomic(false)
    private let task: Mutex<Task<Int, any Error>?> = Mutex(nil)

    init(_ port: Int) {
      task.withLock {
        $0 = Task { [self] in
          var count = 0
          while !isDone.load(ordering: .relaxed) {
            let answer = try await RawClient.post(
              "/predict", json: #"{"hours":3,"sleep":7}"#, port: port)
            #expect(answer.status == 200, "\(answer.text)")
            count += 1
          }
          return count
        }
      }
    }

    /// How many requests there were.
    func stop() async throws -> Int {
      isDone.store(true, ordering: .relaxed)
      return try await task.withLock { $0 }?.value ?? 0
    }
  }

  /// Rows of a request.
  private static let part = 60

  /// What the server says of rows.
  private static func accuracy(
    _ rows: [(hours: Double, sleep: Double)], _ port: Int
  ) async throws -> (share: Double, ids: [String], version: Int?) {
    var (right, ids, version) = (0, [String](), Int?.none)
    for start in stride(from: 0, to: rows.count, by: part) {
      let own = rows[start..<start + part]
      let json = own.map { #"{"hours":\#($0.hours),"sleep":\#($0.sleep)}"# }.joined(separator: ",")
      let answer = try await RawClient.post(
        "/predict", json: #"{"instances":[\#(json)]}"#, port: port)
      #expect(answer.status == 200, "\(answer.text)")
      let decoded = try JSONDecoder().decode(PredictionAnswer.self, from: answer.body)
      ids.append(decoded.id)
      version = decoded.model.version
      right += zip(own, decoded.predictions).count { LiveStudents.truth($0.hours) == $1.label }
    }
    return (Double(right) / Double(rows.count), ids, version)
  }

  /// Runs something on a thread of its own, since the server needs those of the tasks.
  private static func beside<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
