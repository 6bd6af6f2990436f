import Glassbox
import Platform

/// What one measurement prints; the keys are those of the programs it is compared with.
struct BenchResult: Encodable {
  let peer = "glassbox"
  let workload: String
  let threads: Int
  let seconds: Double
  let samples: Int
  var samplesPerSecond: Double { Double(samples) / seconds }
  var steps: Int?
  var testAccuracy: Double?
  var profile: [StepTime]?
  /// The most memory the process had in use.
  let peakBytes = Usage.peakMemory

  private enum Key: String, CodingKey {
    case peer, workload, threads, seconds, samples, steps, profile
    case samplesPerSecond = "samples_per_s"
    case testAccuracy = "test_accuracy"
    case peakBytes = "peak_resident_bytes"
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(peer, forKey: .peer)
    try fields.encode(workload, forKey: .workload)
    try fields.encode(threads, forKey: .threads)
    try fields.encode(seconds, forKey: .seconds)
    try fields.encode(samples, forKey: .samples)
    try fields.encode(samplesPerSecond, forKey: .samplesPerSecond)
    try fields.encodeIfPresent(steps, forKey: .steps)
    try fields.encode(peakBytes, forKey: .peakBytes)
    try fields.encodeIfPresent(profile, forKey: .profile)
    try fields.encode(testAccuracy, forKey: .testAccuracy)
  }
}
