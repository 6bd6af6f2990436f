// A table of 1,797 handwritten digits, a network that learns to read them, and its answers.
import Glassbox

@main struct TenLines {
  static func main() throws {
    let table = try DataTable(path: "Examples/Data/digits.csv")
    let split = try Split(count: table.count, seed: 1)
    let digits = try Preprocessing(fitting: table, target: "digit", rows: split.train)
    let network = Sequential {
      Dense(64, activation: .relu)
      Dropout(0.2)
      Dense(10)
    }
    var trainer = Trainer(network, loss: .crossEntropy, metrics: [.accuracy])
    try trainer.fit(
      digits.dataset(table, rows: split.train),
      validation: digits.dataset(table, rows: split.validation),
      epochs: 50, stopping: .early(patience: 5))
    let model = try TrainedModel(trainer, preprocessing: digits)
    print(try model.evaluate(digits.dataset(table, rows: split.test)).text)
    try model.save(to: "digits.safetensors")
  }
}
