import Glassbox

/// How long it takes from a network to a program that can run: the learning cycle of twenty dense
/// layers with Adam, built, differentiated and compiled.
struct CompilationTime: Encodable {
  let workload = "compile"
  let layers = 20
  let seconds: Double

  /// The fastest of some compilations.
  init() throws {
    let network = Sequential {
      for _ in 0..<19 { Dense(64, activation: .relu) }
      Dense(10)
    }
    let model = try Model(network, inputShape: [64], loss: .crossEntropy)
    let clock = ContinuousClock()
    var fastest = Double.infinity
    for _ in 0..<20 {
      let start = clock.now
      _ = try CompiledCycle(model, optimizer: .adam()).program(.learning, batch: 32)
      fastest = min(fastest, start.duration(to: clock.now).inSeconds)
    }
    seconds = fastest
  }
}
