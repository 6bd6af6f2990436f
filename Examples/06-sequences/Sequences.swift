// Short reviews read word by word: does one praise or complain? `not` turns a word round, so the order
// of the words matters.
import Glassbox

@main struct Sequences {
  static func main() throws {
    var reading = TableOptions()
    reading.kinds = ["text": .categorical]
    let table = try DataTable(
      path: "Examples/Data/reviews.csv", options: reading)
    let split = try Split(count: table.count, seed: 1)
    var options = PreprocessingOptions()
    options.sequence = SequenceOptions(["text"], content: .tokens)
    let reviews = try Preprocessing(
      fitting: table, target: "verdict", rows: split.train, options: options)
    print(reviews.summary)

    let network = Sequential {
      Embedding(tokens: reviews.tokens!, units: 8, masksZero: true)
      GRU(16)
      Dense(1)
    }
    var trainer = Trainer(
      network, loss: .binaryCrossEntropy, optimizer: .adam(learningRate: 0.01),
      metrics: [.accuracy])
    try trainer.fit(
      reviews.dataset(table, rows: split.train),
      validation: reviews.dataset(table, rows: split.validation), epochs: 40)

    let predictor = try Predictor(trainer.model!)
    for text in ["the film was not good", "not bad", "we saw it the music was rather dull"] {
      let share = try predictor(reviews.encode(row: ["text": text]))[0]
      print("\(text): \(reviews.classes[share > 0.5 ? 1 : 0])")
    }
  }
}
