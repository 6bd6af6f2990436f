import Diagnosis
import Formatting

/// Diagnoses every planted fault and every healthy training, and prints what was found.
///
///     DiagnosisBench SEED [SEED…] [details]
@main struct DiagnosisBench {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let showsDetails = arguments.contains("details")
    let seeds = arguments.compactMap { UInt64($0) }
    var kinds: [KindCount] = []
    var healthy: [String: Int] = [:]
    for seed in seeds.isEmpty ? [1] : seeds {
      for fault in try PlantedFault.all(seed: seed) {
        let diagnosis = try Diagnosis(of: fault.training.setup())
        let named = fault.named(by: diagnosis)
        let isFound = named.map(fault.isRight) ?? false
        KindCount.count(fault, isFound: isFound, in: &kinds)
        if !isFound {
          print("missed, seed \(seed): \(fault.name): \(named ?? diagnosis.verdict.rawValue)")
          if showsDetails { print(diagnosis.text, "\n") }
        }
      }
      for (place, training) in HealthyTrainings.all(seed: seed).enumerated() {
        let diagnosis = try Diagnosis(of: training.setup())
        let size = place < 20 ? "large" : "small"
        healthy["\(size): \(diagnosis.verdict.rawValue)", default: 0] += 1
        if showsDetails {
          let loss = try training.lossByTheTrainer()
          print(
            "\(training.name): \(diagnosis.verdict.rawValue), trained \(loss.text(decimals: 2))")
        }
        if diagnosis.verdict != .healthy, diagnosis.verdict != .tooFewRows {
          print("alarm, seed \(seed): \(training.name): \(diagnosis.verdict.rawValue)")
          if showsDetails { print(diagnosis.text, "\n") }
        }
      }
    }
    for kind in kinds {
      print("| \(kind.name) | \(kind.cause) | \(kind.found) of \(kind.planted) |")
    }
    print("found \(kinds.reduce(0) { $0 + $1.found }) of \(kinds.reduce(0) { $0 + $1.planted })")
    for (verdict, count) in healthy.sorted(by: { $0.key < $1.key }) { print("\(verdict) \(count)") }
  }
}

/// How many faults of a kind were planted, and how many found.
private struct KindCount {
  let name: String
  let cause: String
  var planted = 0
  var found = 0

  static func count(_ fault: PlantedFault, isFound: Bool, in kinds: inout [KindCount]) {
    if !kinds.contains(where: { $0.name == fault.kind.name }) {
      kinds.append(KindCount(name: fault.kind.name, cause: fault.kind.cause.name))
    }
    let place = kinds.firstIndex { $0.name == fault.kind.name }!
    kinds[place].planted += 1
    if isFound { kinds[place].found += 1 }
  }
}
