import Engine
import Networks
import Serving

/// A playground that pages look at: it plays, does what they ask for, and tells all of them what it came to.
actor PlaygroundHost {
  private let main: Playground
  private var fork: Playground?
  private var wishes = FrameWishes()
  /// Steps a second; nil for as many as there is time for.
  private var speed: Int? = 60
  private var problem: Problem?
  private var player: Task<Void, Never>?
  private var readers: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
  private var nextReader = 0
  private var turn = 0

  init(_ playground: Playground) { main = playground }

  /// What a page may ask for, as `{"do": "go", "step": 57}`.
  enum Action: Decodable, Sendable {
    case play, pause, fork, leaveFork
    case step(Int)
    case epoch
    case go(step: Int)
    case edit(PlaygroundEdit, isOfFork: Bool)
    case speed(Int?)
    case look(FrameWishes)

    private enum Key: String, CodingKey {
      case action = "do"
      case step, count, edit, speed, wishes
      case isOfFork = "is_of_fork"
    }
    private enum Name: String, NamedChoice {
      case play, pause, fork, step, epoch, go, edit, speed, look
      case leaveFork = "leave_fork"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      self =
        switch try fields.decode(Name.self, forKey: .action) {
        case .play: .play
        case .pause: .pause
        case .fork: .fork
        case .leaveFork: .leaveFork
        case .epoch: .epoch
        case .step: .step(try fields.decodeIfPresent(Int.self, forKey: .count) ?? 1)
        case .go: .go(step: try fields.decode(Int.self, forKey: .step))
        case .edit:
          .edit(
            try fields.decode(PlaygroundEdit.self, forKey: .edit),
            isOfFork: try fields.decodeIfPresent(Bool.self, forKey: .isOfFork) ?? false)
        case .speed: .speed(try fields.decodeIfPresent(Int.self, forKey: .speed))
        case .look: .look(try fields.decode(FrameWishes.self, forKey: .wishes))
        }
    }
  }

  /// Where it stands.
  struct State: Encodable {
    /// Counts them, since answers and the stream overtake each other.
    let turn: Int
    let playing: Bool
    let speed: Int?
    let main: PlaygroundFrame
    let fork: PlaygroundFrame?
    /// Why it does not go on.
    let problem: String?
  }

  /// Steps that one action may do, so that the next is not kept waiting.
  private static let mostSteps = 100_000

  /// Does what is asked for.
  /// - Returns: where it stands then, as JSON.
  /// - Throws: `Problem` for what cannot be done.
  func act(_ action: Action) throws -> [UInt8] {
    problem = nil
    switch action {
    case .play: play()
    case .pause: pause()
    case .step(let count):
      pause()
      guard (-Self.mostSteps...Self.mostSteps).contains(count) else {
        throw Problem.data(
          "count", expected: "at most \(Self.mostSteps) steps, below 0 for steps back",
          found: "\(count)")
      }
      if count < 0 { try go(to: max(0, main.step + count)) } else { try advance(count, until: nil) }
    case .epoch:
      pause()
      try main.advanceEpoch()
      try fork?.go(to: main.step)
    case .go(let step):
      pause()
      try go(to: step)
    case .edit(let edit, let isOfFork): try (isOfFork ? fork ?? main : main).edit(edit)
    case .fork: fork = try main.fork()
    case .leaveFork: fork = nil
    case .speed(let steps):
      if let steps, !(1...1_000_000).contains(steps) {
        throw Problem.data(
          "speed", expected: "1 to 1000000 steps a second", found: "\(steps)")
      }
      speed = steps
    case .look(let wishes):
      // What cannot be shown is not wished for again at each step.
      _ = try main.frame(wishes)
      self.wishes = wishes
    }
    return try tell()
  }

  /// Computes something from the playground as it is now.
  func with<Value: Sendable>(
    fork isOfFork: Bool = false, _ body: (Playground) throws -> sending Value
  ) throws -> Value {
    try body(isOfFork ? fork ?? main : main)
  }

  /// Where it stands, and from then on wherever it comes to. Whoever reads slowly misses what is old.
  func states() throws -> AsyncStream<[UInt8]> {
    let (stream, reader) = AsyncStream.makeStream(
      of: [UInt8].self, bufferingPolicy: .bufferingNewest(1))
    let number = nextReader
    nextReader += 1
    readers[number] = reader
    reader.onTermination = { [weak self] _ in Task { await self?.leave(number) } }
    reader.yield(try state())
    return stream
  }

  /// Ends what goes on.
  func close() {
    pause()
    for reader in readers.values { reader.finish() }
  }

  private func leave(_ number: Int) {
    readers[number] = nil
    if readers.isEmpty { pause() }
  }

  private func state() throws -> [UInt8] {
    turn += 1
    return try JSONText.bytes(
      of: State(
        turn: turn, playing: player != nil, speed: speed, main: main.frame(wishes),
        fork: try fork?.frame(wishes), problem: problem.map { "\($0)" }))
  }

  @discardableResult private func tell() throws -> [UInt8] {
    let state = try state()
    for reader in readers.values { reader.yield(state) }
    return state
  }

  private func go(to step: Int) throws {
    try main.go(to: step)
    try fork?.go(to: step)
  }

  // MARK: Playing

  private static let framesPerSecond = 60
  /// For steps between two frames; the rest of the time is for the frame.
  private static let stepping = Duration.milliseconds(12)

  private func play() {
    guard player == nil else { return }
    player = Task { await self.goOn() }
  }

  private func pause() {
    player?.cancel()
    player = nil
  }

  private func goOn() async {
    let clock = ContinuousClock()
    while !Task.isCancelled {
      let start = clock.now
      let rate = Self.framesPerSecond
      // Slower than a step a frame, frames come as steps do.
      let pause = Duration.seconds(1) / min(rate, speed ?? rate)
      do {
        try advance(speed.map { max(1, $0 / rate) } ?? Self.mostSteps, until: start + Self.stepping)
        try tell()
      } catch {
        problem = error as? Problem
        player = nil
        _ = try? tell()
        return
      }
      try? await clock.sleep(until: start + pause)
      // Others are let in, also where a frame took longer than it should.
      await Task.yield()
    }
  }

  private func advance(_ steps: Int, until deadline: ContinuousClock.Instant?) throws {
    let done = try main.advance(steps: steps, until: deadline)
    // The other one comes as far, however long it takes.
    if let fork { _ = try fork.advance(steps: done, until: nil) }
  }
}
