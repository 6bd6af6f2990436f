import Engine
import Explaining
import Networks
import Training

/// A board that pages look at, with the run that its model is of.
actor PictureHost {
  /// What a page may ask for, as `{"do": "restore"}`.
  enum Action: Decodable, Sendable {
    /// One of the run's own pictures.
    case example(Int)
    case edit(weight: String, cell: Int, value: Float)
    case restore
    /// More or fewer maps.
    case look(PictureWishes)

    private enum Key: String, CodingKey {
      case action = "do"
      case place, weight, cell, value, wishes
    }
    private enum Name: String, NamedChoice { case example, edit, restore, look }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      self =
        switch try fields.decode(Name.self, forKey: .action) {
        case .example: .example(try fields.decode(Int.self, forKey: .place))
        case .edit:
          .edit(
            weight: try fields.decode(String.self, forKey: .weight),
            cell: try fields.decode(Int.self, forKey: .cell),
            value: try fields.decode(Float.self, forKey: .value))
        case .restore: .restore
        case .look: .look(try fields.decode(PictureWishes.self, forKey: .wishes))
        }
    }
  }

  private let board: PictureBoard
  private let run: StoredRun
  private var wishes = PictureWishes()
  private var known: PictureExamples?

  init(_ board: sending PictureBoard, of run: StoredRun) { (self.board, self.run) = (board, run) }

  /// Does what is asked for.
  /// - Throws: `Problem` for what cannot be done.
  func act(_ action: Action) throws -> PictureFrame {
    switch action {
    case .example(let place):
      let example = try examples().example(place)
      try board.look(at: example.input, title: example.title, truth: example.truth)
    case .edit(let weight, let cell, let value): try board.edit(weight, cell, to: value)
    case .restore: try board.restore()
    case .look(let wishes): self.wishes = wishes
    }
    return try board.frame(wishes)
  }

  func draw(_ levels: [UInt8]) throws -> PictureFrame {
    try board.draw(levels)
    return try board.frame(wishes)
  }

  func open(
    _ file: [UInt8], name: String, prepare: (TrainedModel) throws -> PreparedInputs
  ) throws -> PictureFrame {
    try board.open(file, name: name, prepare: prepare)
    return try board.frame(wishes)
  }

  /// Some of the run's own pictures, read when they are first asked for.
  func page(from first: Int, count: Int) throws -> PictureExamples.Page {
    try examples().page(from: first, count: count, board.images)
  }

  private func examples() throws -> PictureExamples {
    if let known { return known }
    let examples = try PictureExamples(run)
    known = examples
    return examples
  }

  /// Computes something from the board as it is now.
  func with<Value: Sendable>(_ body: (PictureBoard) throws -> sending Value) throws -> Value {
    try body(board)
  }
}
