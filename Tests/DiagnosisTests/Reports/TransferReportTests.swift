import Datasets
import Engine
import Formatting
import Foundation
import Networks
import RunSupport
import TestSupport
import Testing

@testable import Diagnosis
@testable import Training

/// What the page of a run says about the model it started from.
@Suite struct TransferReportTests {
  /// A model with batch statistics, two layers of it frozen, one new at its end, one left to learn.
  private func changes() throws -> [TensorChange] {
    let inner: [any Layer] = [Dense(3, name: "<i>eyes & ears</i>"), BatchNorm(name: "norm")]
    let tail: [any Layer] = [BatchNorm(name: "free"), Dense(2, name: "head")]
    let base = try Model(
      Sequential(inner + tail), inputShape: [4], loss: .crossEntropy, seed: 1)
    let fresh = try Model(
      Sequential([FrozenLayers(inner)] + tail), inputShape: [4], loss: .crossEntropy, seed: 2)
    let start = try Transfer(base, unfreezes: true).start(fresh, hasNewHead: true)
    let end = try start.with(
      start.tensors.map { name, tensor in
        guard name.hasPrefix("free") || name == "head/kernel" else { return (name, tensor) }
        return (name, try Tensor(tensor.shape, tensor.values.map { $0 + 1 }))
      })
    return try TensorChange.all(base: base, start: start, end: end)
  }

  @Test func everyTensorHasItsRoleAndItsChange() throws {
    let changes = try changes()
    let roles = Dictionary(uniqueKeysWithValues: changes.map { ($0.name, $0.role) })
    #expect(
      roles == [
        "<i>eyes & ears</i>/kernel": .frozen, "<i>eyes & ears</i>/bias": .frozen,
        "norm/gamma": .frozen, "norm/beta": .frozen, "norm/moving_mean": .frozen,
        "norm/moving_variance": .frozen, "free/gamma": .learned, "free/beta": .learned,
        "free/moving_mean": .statistic, "free/moving_variance": .statistic,
        "head/kernel": .learned, "head/bias": .learned,
      ])
    for change in changes {
      #expect(
        change.changed == (change.name.hasPrefix("free") || change.name == "head/kernel"),
        "\(change.name)")
      #expect(change.changed == (change.before != change.after))
      // A bias starts at 0, in the base too: the same numbers as the model's.
      #expect(change.isTaken == (change.name != "head/kernel"), "\(change.name)")
    }
  }

  @Test func thePageListsThem() throws {
    let made = try TemporaryRun(.classes)
    let without = try ReportPage(made.report, of: made.folder).html
    #expect(!without.contains("model it started from"))
    var report = made.report
    report.experiment.from = "runs/<b>"
    report.experiment.tensors = try changes()
    try report.write(to: made.folder)
    let html = try ReportPage(RunReport(of: made.folder), of: made.folder).html
    try PageChecks.check(html)
    let section = try #require(
      html.components(separatedBy: "<h2>What became of the model it started from</h2>").last?
        .components(separatedBy: "<h2>")[0])
    #expect(section.contains("Training started from <code>runs/&lt;b&gt;</code>."))
    #expect(section.contains("5 of 12 tensors changed and 7 are the same, bit for bit."))
    #expect(section.contains("None of the 6 frozen ones changed."))
    for change in try changes() {
      let row = try #require(
        section.components(separatedBy: "<tr>").first { $0.contains(">\(change.name.escaped)<") })
      #expect(row.contains(">\(change.changed ? "changed" : "unchanged")<"))
      #expect(row.contains("<strong>frozen</strong>") == (change.role == .frozen))
      #expect(row.contains(">follows the batches<") == (change.role == .statistic))
      #expect(row.contains("<code>\(change.before.prefix(12))</code>"))
      #expect(row.contains("<code>\(change.after.prefix(12))</code>"))
    }
  }

  /// It would be a fault of the program, so the page must not hide it.
  @Test func aFrozenTensorThatChangedIsSaid() throws {
    let made = try TemporaryRun(.classes)
    var report = made.report
    report.experiment.tensors = [
      TensorChange(
        name: "a", role: .frozen, isTaken: true, changed: true, before: "00", after: "01"),
      // As a version wrote it that knew no roles.
      TensorChange(name: "b", changed: false, before: "02", after: "02"),
    ]
    let html = try ReportPage(report, of: made.folder).html
    #expect(html.contains("<strong>1 of the 1 frozen ones changed</strong>"))
    try PageChecks.check(html)
  }
}
