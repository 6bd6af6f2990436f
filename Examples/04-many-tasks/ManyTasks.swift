// One predictor, loaded once, used from many tasks at the same time.
import Glassbox

@main struct ManyTasks {
  static func main() async throws {
    let network = Sequential {
      Dense(64, activation: .relu)
      Dense(10)
    }
    let predictor = try Predictor(Model(network, inputShape: [784], loss: .crossEntropy, seed: 1))
    let image = (0..<784).map { Float($0 % 28) / 28 }
    let expected = try predictor(image)
    let equal = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { try predictor(image) == expected } }
      var equal = 0
      for try await isEqual in group where isEqual { equal += 1 }
      return equal
    }
    print("\(equal) of 100 answers are equal, bit for bit")
  }
}
