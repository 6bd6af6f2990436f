// Fifty dense layers learn to read digits twice: once each layer sees only what the one before it
// made, once every two layers add to what they were given, x + layers(x), so that the gradient has a
// way past them (He et al. 2016). Data, seed, number of weights and training are the same.
//   swift run -c release FiftyLayers
import Glassbox

@main struct FiftyLayers {
  static func main() throws {
    let plain = try learn(network(isResidual: false))
    let residual = try learn(network(isResidual: true))

    print("dense layers: \(plain.layers) and \(residual.layers)")
    print("loss while training, by epoch; guessing among ten digits has ln 10 = 2.303")
    print("epoch\tplain\tresidual")
    for (epoch, losses) in zip(plain.losses, residual.losses).enumerated() {
      print("\(epoch + 1)\t\(short(losses.0))\t\(short(losses.1))")
    }
    print("share of test digits read right; guessing has 0.1")
    print("right\t\(short(plain.accuracy))\t\(short(residual.accuracy))")
  }

  /// 1 layer, 24 blocks of 2, 1 layer.
  static func network(isResidual: Bool) -> Sequential {
    Sequential {
      Dense(32)
      for _ in 0..<24 {
        let block: [any Layer] = [
          BatchNorm(momentum: 0.9), Dense(32, activation: .relu), Dense(32),
        ]
        if isResidual { Residual(block) } else { block }
      }
      Dense(10)
    }
  }

  /// What came of eight epochs.
  struct Outcome {
    var layers: Int
    var losses: [Double]
    var accuracy: Double
  }

  static func learn(_ network: Sequential) throws -> Outcome {
    let table = try DataTable(path: "Examples/Data/digits.csv")
    let split = try Split(count: table.count, seed: 1)
    let digits = try Preprocessing(fitting: table, target: "digit", rows: split.train)
    var trainer = Trainer(network, loss: .crossEntropy, metrics: [.accuracy])
    let history = try trainer.fit(
      digits.dataset(table, rows: split.train),
      validation: digits.dataset(table, rows: split.validation), epochs: 8)
    let test = try digits.dataset(table, rows: split.test)
    let answers = try ClassificationReport(
      labels: digits.classes, scores: trainer.predict(test),
      targets: (0..<test.count).map { Int(test[$0].target[0]) })
    return Outcome(
      layers: trainer.model!.tensors.count { $0.name.hasSuffix("/kernel") },
      losses: history.map(\.runningLoss), accuracy: answers.accuracy.value ?? .nan)
  }

  static func short(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}
