import Charts
import Codecs
import Datasets
import Engine
import Explaining
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct PictureBoardTests {
  @Test func whatIsDrawnIsAnsweredAsAnyPrediction() throws {
    let run = try PictureRun()
    let board = try PictureBoard(run.model)
    #expect(board.background == 0)
    try board.draw(PictureRun.bar)
    let image = try DecodedImage(height: 8, width: 8, channels: 1, bytes: PictureRun.bar)
    let expected = try run.model.predict(run.model.preprocessing.encode(images: [image]))[0]
    #expect(try board.prediction == expected)
    let frame = try board.frame()
    #expect(frame.levels == PictureRun.bar)
    #expect(frame.probabilities == expected.probabilities?.values)
    // The same picture as a file.
    let png = PNGBitmap(
      width: 8, height: 8, shares: PictureRun.bar.map { Double($0) / 255 }, palette: .grey
    ).png
    try board.open(png, name: "bar.png") { trained in
      var inputs = PreparedInputs()
      inputs.add(
        try trained.inputs(
          of: png, "bar.png", decodedBy: trained.decoders.imageDecoder(for: "bar.png"))[0],
        notes: [])
      return inputs
    }
    #expect(try board.prediction.probabilities == expected.probabilities)
    #expect(try board.frame().title == "bar.png")
    #expect(throws: Problem.self) { try board.draw([1, 2, 3]) }
  }

  @Test func mapsAreTheNumbersOfTheirLayer() throws {
    let board = try PictureBoard(PictureRun().model)
    try board.draw(PictureRun.bar)
    let frame = try board.frame()
    let values = try board.pass.values(ofLayer: 1)
    #expect(values.count == 6 * 6 * 4)
    let layer = frame.layers[1]
    #expect(layer.low == values.min() && layer.high == values.max() && layer.leftOut == 0)
    for (map, picture) in layer.maps.enumerated() {
      for cell in 0..<36 {
        let shown = layer.low + Float(picture.levels[cell]) / 255 * (layer.high - layer.low)
        #expect(abs(shown - values[cell * 4 + map]) <= (layer.high - layer.low) / 500)
      }
    }
    var wishes = PictureWishes()
    wishes.maps = ["1": 3]
    let fewer = try board.frame(wishes).layers[1]
    #expect(fewer.maps.count == 3 && fewer.leftOut == 1)
    wishes.maps = ["1": 0]
    #expect(throws: Problem.self) { try board.frame(wishes) }
    let kernels = board.kernels
    #expect(kernels.map(\.parameter) == ["conv2d/kernel"])
    #expect(kernels[0].units.count == 4 && kernels[0].units[0].count == 1)
  }

  @Test func weightsAreChangedInMemoryAlone() throws {
    let run = try PictureRun()
    let file = try run.folder.bytes("runs/bars/model.safetensors")
    let board = try PictureBoard(run.model)
    try board.draw(PictureRun.bar)
    let before = try board.prediction
    let cell = try board.cell(layer: 1, 4 * (2 * 6 + 2))
    let term = try #require(cell.terms.first { $0.input != nil })
    try board.edit(try #require(term.weight), try #require(term.cell), to: 3)
    #expect(board.edits.count == 1 && board.edits[0].was == Float(term.weightValue))
    let changed = try board.cell(layer: 1, 4 * (2 * 6 + 2))
    #expect(changed.terms.first { $0.cell == term.cell }?.weightValue == 3)
    #expect(changed.turn > cell.turn)
    #expect(try board.present.model.weightsSHA256 != run.model.model.weightsSHA256)
    // What is explained is what is seen.
    #expect(
      try board.present.predict(
        Examples(shape: board.trained.model.inputShape, floats: board.input.floats))[0]
        .probabilities == board.prediction.probabilities)
    try board.restore()
    #expect(try board.prediction == before)
    #expect(board.edits.isEmpty)
    #expect(try run.folder.bytes("runs/bars/model.safetensors") == file)
  }

  @Test func columnsOfPixelsAreAPicture() throws {
    var generator = RandomGenerator(seed: 2)
    let header = (0..<64).map { "p\($0 / 8)\($0 % 8)" }.joined(separator: ",") + ",kind\n"
    let rows = (0..<40).map { row in
      let cells = (0..<64).map { "\($0 == 0 ? 0 : ($0 % 8 == row % 2 ? 16 : generator.below(4)))" }
      return cells.joined(separator: ",") + ",\(row % 2 == 0 ? "left" : "right")\n"
    }
    let folder = try TemporaryFolder()
    try folder.write(header + rows.joined(), to: "pixels.csv")
    var configuration = RunConfiguration()
    configuration.data.source = folder.path("pixels.csv")
    configuration.data.target = "kind"
    configuration.training.epochs = 2
    configuration.training.threads = 1
    _ = try TrainingSession(Experiment(configuration), in: folder.path("run")).train()
    let model = try TrainedModel(path: folder.path("run/model.safetensors"))
    let board = try PictureBoard(model)
    let levels: [UInt8] = (0..<64).map { $0 % 8 == 0 && $0 > 0 ? 255 : 0 }
    try board.draw(levels)
    // The first column is the same in all rows, so it is no input; 255 is the highest of all cells, 16.
    let row = Dictionary(
      uniqueKeysWithValues: (0..<64).map {
        ("p\($0 / 8)\($0 % 8)", CellValue.number(levels[$0] == 255 ? 16 : 0))
      })
    #expect(try board.prediction.probabilities == model.predict(row).probabilities)
    #expect(try board.frame().levels == levels)
    #expect(try PictureNetwork(board).pixels == Array(1..<64))
    let explained = try PictureExplanation(model, board.input, answer: "left", board.images)
    #expect(explained.map != nil && explained.side == 1)
  }

  @Test func examplesAreOfThePartThatWasScored() throws {
    let run = try PictureRun()
    let examples = try PictureExamples(StoredRun(run.folder.path("runs/bars")))
    let images = try #require(InputImages(run.model.preprocessing))
    let page = try examples.page(from: 0, count: 60, images)
    #expect(page.part == "test" && page.count == page.entries.count && page.count == 9)
    let example = try examples.example(1)
    #expect(example.truth == page.entries[1].truth && ["0", "1"].contains(example.truth))
    #expect(images.levels(of: example.input) == page.entries[1].levels)
    #expect(throws: Problem.self) { try examples.example(9) }
    #expect(throws: Problem.self) { try examples.page(from: 0, count: 61, images) }
  }
}
