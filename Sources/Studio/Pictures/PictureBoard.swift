import Charts
import Datasets
import Engine
import Explaining
import Networks
package import Training

/// A model with a picture before it: what every layer makes of it, where each number comes from, and what
/// becomes of it all when a weight is another.
///
/// The model's file is never touched: weights are changed in memory.
package final class PictureBoard {
  /// A weight that was changed by hand.
  package struct Edit: Encodable, Sendable, Equatable {
    package var weight: String
    /// Row by row, counted from 0.
    package var cell: Int
    package var was: Float
    package var value: Float
  }

  /// As it was trained.
  package let trained: TrainedModel
  let images: InputImages
  let pass: TracedPass
  /// The picture as the network is given it.
  private(set) var input: PreparedInputs
  /// What it is called, and what is true of it; nil for one that was drawn.
  private(set) var title: String?
  private(set) var truth: String?
  /// The weights that are not as they were trained.
  package private(set) var edits: [Edit] = []
  /// Counts pictures and weights, so that an old answer does not take the place of a new one.
  private(set) var turn = 0

  /// With an empty picture.
  /// - Throws: `Problem` for a model that takes no pictures, or whose black and white are not known.
  package init(_ trained: TrainedModel) throws {
    guard let images = InputImages(trained.preprocessing, summary: trained.dataSummary) else {
      throw Problem.data(
        "run", expected: "a model of pictures", found: "a model of other data",
        fix: "choose a run that was trained with images or with columns of pixels")
    }
    (self.trained, self.images) = (trained, images)
    pass = try TracedPass(trained.tracer)
    input = PreparedInputs()
    try draw([UInt8](repeating: background, count: images.height * images.width * images.channels))
  }

  /// The level of an empty picture: that end which most training pictures are nearer to.
  package var background: UInt8 {
    let summary = trained.dataSummary
    if let bright = summary?.images?.brightness.mean { return bright < 0.5 ? 0 : 255 }
    let means = summary?.columns.compactMap(\.numbers?.mean) ?? []
    let highest = summary?.columns.compactMap(\.numbers?.maximum).max() ?? 1
    return means.reduce(0, +) / Double(max(1, means.count)) < highest / 2 ? 0 : 255
  }

  // MARK: Pictures

  /// A picture in the input's size.
  ///
  /// - Parameter levels: one for each pixel and channel, row by row, from 0 for black to 255.
  /// - Throws: `Problem` for another number of levels.
  package func draw(_ levels: [UInt8]) throws {
    try look(at: prepared(levels), title: nil)
  }

  /// The content of an image file, prepared as for any prediction.
  ///
  /// - Parameter prepare: makes the inputs of a model of images.
  /// - Throws: `Problem` for what cannot be decoded.
  package func open(
    _ file: [UInt8], name: String, prepare: (TrainedModel) throws -> PreparedInputs
  ) throws {
    if trained.preprocessing.imagePreprocessing != nil {
      try look(at: prepare(trained), title: name)
    } else {
      // Columns that are pixels have no preprocessing of images: a file is brought to their size.
      let size = ImagePreprocessing(
        height: images.height, width: images.width, channels: 1,
        scaling: LevelScaling(scale: 1, offset: 0))
      let decoder = try trained.decoders.imageDecoder(for: name)
      try look(at: prepared(decoder.input(file, name, size)), title: name)
    }
  }

  /// An example that is preprocessed already.
  package func look(at example: [Float], title: String, truth: String) throws {
    var inputs = PreparedInputs()
    inputs.add(example, notes: [])
    try look(at: inputs, title: title, truth: truth)
  }

  private func look(at inputs: PreparedInputs, title: String?, truth: String? = nil) throws {
    try pass.run(inputs.floats)
    (input, self.title, self.truth) = (inputs, title, truth)
    turn += 1
  }

  private func prepared(_ levels: [UInt8]) throws -> PreparedInputs {
    let count = images.height * images.width * images.channels
    guard levels.count == count else {
      throw Problem.data(
        "picture",
        expected: "\(images.height) × \(images.width) × \(images.channels) levels, \(count)",
        found: "\(levels.count)")
    }
    guard let list = images.list(ofLevels: levels) else {
      throw Problem.data(
        "run", expected: "a model that knows the range of its pixels",
        found: "one without a summary of its training rows",
        fix: "train it again with this version")
    }
    var unseen = UnseenValues()
    var inputs = PreparedInputs()
    let floats = try trained.preprocessing.encode(list: list, at: "picture", unseen: &unseen)
    inputs.add(floats, notes: unseen.notes)
    return inputs
  }

  // MARK: Weights

  /// Changes one weight, and computes everything again.
  ///
  /// - Parameter cell: row by row, counted from 0.
  /// - Throws: `Problem` for a weight that there is not, and for what is no number.
  package func edit(_ weight: String, _ cell: Int, to value: Float) throws {
    let was = try pass.set(weight, cell, to: value)
    if let place = edits.firstIndex(where: { $0.weight == weight && $0.cell == cell }) {
      edits[place].value = value
      if edits[place].was == value { edits.remove(at: place) }
    } else if was != value {
      edits.append(Edit(weight: weight, cell: cell, was: was, value: value))
    }
    pass.runAgain()
    turn += 1
  }

  /// Gives all weights the values that they were trained to.
  /// - Throws: never; the weights were there before.
  package func restore() throws {
    for name in Set(edits.map(\.weight)) { try pass.restore(name) }
    edits = []
    pass.runAgain()
    turn += 1
  }

  /// The model with the weights as they are now.
  package var present: TrainedModel {
    get throws { edits.isEmpty ? trained : try trained.with(pass.model) }
  }

  /// What the network answers.
  package var prediction: Prediction {
    get throws {
      var prediction = try trained.prediction(of: pass.answer, for: input.floats)
      if let notes = input.notes[0] { prediction.notes = notes + (prediction.notes ?? []) }
      return prediction
    }
  }
}
