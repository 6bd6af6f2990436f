// Fifty dense layers that read digits, with and without a way past them: nothing else differs.
import Glassbox

@main struct FiftyLayers {
  static func main() throws {
    let table = try Table(reading: FileSource(path: "Examples/Data/digits.csv"))
    let split = try Split(count: table.count, seed: 1)
    let digits = try Preprocessing(fitting: table, target: "digit", rows: split.train)
    let train = try digits.dataset(table, rows: split.train)
    let test = try digits.dataset(table, rows: split.test)

    let runs = try [network(isResidual: false), network(isResidual: true)].map { network in
      var trainer = Trainer(network, loss: .crossEntropy, metrics: [.accuracy])
      let history = try trainer.fit(
        train, validation: digits.dataset(table, rows: split.validation), epochs: 8)
      return try (
        losses: history.map(\.runningLoss), dense: trainer.model!.tensors.count(where: isKernel),
        accuracy: Metric.accuracy.value(
          scores: trainer.predict(test), targets: (0..<test.count).map { Int(test.targets[$0][0]) },
          classCount: 10) ?? .nan
      )
    }
    print("dense layers: \(runs[0].dense) and \(runs[1].dense)")
    print("epoch\tplain\tresidual")
    for epoch in runs[0].losses.indices {
      print("\(epoch + 1)\t\(short(runs[0].losses[epoch]))\t\(short(runs[1].losses[epoch]))")
    }
    print("right\t\(short(runs[0].accuracy))\t\(short(runs[1].accuracy))")
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

  static func isKernel(_ tensor: (name: String, tensor: Tensor)) -> Bool {
    tensor.name.hasSuffix("/kernel")
  }

  static func short(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}
