import CoreMetrics
import Synchronization

/// Keeps what the server counts, and writes it in Prometheus's text format, version 0.0.4.
///
/// A name such as `http.server.request.duration` becomes `http_server_request_duration_seconds`, as
/// OpenTelemetry's conventions for Prometheus say; counters end in `_total`.
final class PrometheusMetrics: MetricsFactory, Sendable {
  /// What all series of a name have in common.
  private struct Family {
    var kind: Kind
    var series: [String: any Series] = [:]
  }

  fileprivate enum Kind: String { case counter, gauge, histogram }

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private let families = Mutex<[String: Family]>([:])
  private let help: [String: String]

  /// - Parameter help: a sentence for each name.
  init(help: [String: String]) { self.help = help }

  /// Everything, the names in order.
  var text: String {
    families.withLock { families in
      families.sorted { $0.key < $1.key }.map { name, family in
        let series = family.series.sorted { $0.key < $1.key }
        return "# HELP \(name) \(help[name] ?? name)\n# TYPE \(name) \(family.kind.rawValue)\n"
          + series.map { $1.lines(name, $0) }.joined()
      }.joined()
    }
  }

  private func series<S: Series>(
    _ label: String, _ suffix: String, _ kind: Kind, _ dimensions: [(String, String)],
    _ make: () -> S
  ) -> S {
    let name = label.replacing(".", with: "_") + suffix
    let labels = Self.labels(dimensions)
    return families.withLock { families in
      if let known = families[name]?.series[labels] as? S { return known }
      let new = make()
      families[name, default: Family(kind: kind)].series[labels] = new
      return new
    }
  }

  private static func labels(_ dimensions: [(String, String)]) -> String {
    dimensions.map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(name.replacing(".", with: "_"))=\"\(escaped)\""
    }.joined(separator: ",")
  }

  // MARK: MetricsFactory

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, "_total", .counter, dimensions) { Count() }
  }
  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, "", .gauge, dimensions) { Gauge() }
  }
  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    series(label, "", .histogram, dimensions) { Histogram() }
  }
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, "_seconds", .histogram, dimensions) { Histogram() }
  }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// Numbers with the same name and labels.
private protocol Series: AnyObject, Sendable {
  func lines(_ name: String, _ labels: String) -> String
}

extension Series {
  fileprivate func line(_ name: String, _ labels: String, _ value: some CustomStringConvertible)
    -> String
  {
    "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n"
  }
}

private final class Count: CounterHandler, Series {
  private let value = Atomic<Int64>(0)

  func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { value.store(0, ordering: .relaxed) }
  func lines(_ name: String, _ labels: String) -> String {
    line(name, labels, value.load(ordering: .relaxed))
  }
}

private final class Gauge: MeterHandler, Series {
  private let value = Mutex(0.0)

  func set(_ new: Int64) { set(Double(new)) }
  func set(_ new: Double) { value.withLock { $0 = new } }
  func increment(by amount: Double) { value.withLock { $0 += amount } }
  func decrement(by amount: Double) { value.withLock { $0 -= amount } }
  func lines(_ name: String, _ labels: String) -> String {
    let number = value.withLock { $0 }
    return line(name, labels, number.isNaN ? "NaN" : "\(number)")
  }
}

/// Counts by upper bounds; those of OpenTelemetry for requests, in seconds, with one finer.
private final class Histogram: TimerHandler, RecorderHandler, Series {
  private static let bounds = [
    0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ]

  private struct State {
    var counts = [Int](repeating: 0, count: Histogram.bounds.count + 1)
    var sum = 0.0
  }
  private let state = Mutex(State())

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) {
    let place = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
    state.withLock { state in
      state.counts[place] += 1
      state.sum += value
    }
  }

  func lines(_ name: String, _ labels: String) -> String {
    let state = state.withLock { $0 }
    let start = labels.isEmpty ? "" : labels + ","
    var total = 0
    var text = ""
    for (place, count) in state.counts.enumerated() {
      total += count
      let bound = place < Self.bounds.count ? "\(Self.bounds[place])" : "+Inf"
      text += line("\(name)_bucket", "\(start)le=\"\(bound)\"", total)
    }
    return text + line("\(name)_sum", labels, state.sum) + line("\(name)_count", labels, total)
  }
}
