import Engine
import Networks
import Platform

/// In processes of their own, several at once: a training that is killed, traps or takes all memory ends
/// nothing but itself.
struct ProcessRunner: TrialRunner {
  /// A program that calls ``TrialWorker/serve(registry:decoders:)``, and its arguments.
  let command: [String]
  let count: Int
  /// The folder for what workers say on standard error.
  let folder: String

  /// One worker and what it does.
  private final class Place {
    let number: Int
    var process: WorkerProcess?
    var task: TrialTask?
    init(_ number: Int) { self.number = number }
  }

  func run(
    next: () throws -> NextTask, hear: (TrialTask, TrialEvent) throws -> Bool,
    isInterrupted: () -> Bool
  ) throws {
    // A worker that is no more shall not end the study.
    signal(SIGPIPE, SIG_IGN)
    let places = (1...max(1, count)).map(Place.init)
    while true {
      let stops = isInterrupted()
      var mayComeLater = false
      for place in places where place.task == nil && !stops {
        if try start(place, next) { mayComeLater = true }
      }
      let busy = places.filter { $0.task != nil }
      guard !stops, !busy.isEmpty || mayComeLater else { return }
      // Without any it waits all the same.
      for place in Self.ready(busy) { try listen(place, hear) }
    }
  }

  /// - Returns: whether there is nothing now, but may be later.
  private func start(_ place: Place, _ next: () throws -> NextTask) throws -> Bool {
    let task: TrialTask
    switch try next() {
    case .none: return false
    case .later: return true
    case .task(let next): task = next
    }
    let line = try JSONText.encode(task)
    if place.process?.say(line) != true { place.process = try worker(of: place, taking: line) }
    place.task = task
    return false
  }

  /// How often a worker is started that ends before it can be told anything.
  private static let attempts = 3

  /// A worker that has taken a task. Whoever ends it just before that did not end the study.
  private func worker(of place: Place, taking line: String) throws -> WorkerProcess {
    var ending = ""
    for _ in 0..<Self.attempts {
      let process = try WorkerProcess(command, log: "\(folder)/worker-\(place.number).log")
      if process.say(line) { return process }
      ending = process.ending().sentence
    }
    throw Problem(
      .inputOutput, command[0], expected: "a worker that takes tasks", found: ending)
  }

  /// Those that have said something, within a fifth of a second.
  private static func ready(_ places: [Place]) -> [Place] {
    var states = places.map {
      pollfd(fd: $0.process!.output, events: Int16(POLLIN), revents: 0)
    }
    guard poll(&states, nfds_t(states.count), 200) > 0 else { return [] }
    return zip(places, states).filter { $1.revents != 0 }.map(\.0)
  }

  private func listen(
    _ place: Place, _ hear: (TrialTask, TrialEvent) throws -> Bool
  ) throws {
    guard let process = place.process, let task = place.task else { return }
    guard let lines = process.hear() else {
      let (failure, sentence) = process.ending()
      (place.process, place.task) = (nil, nil)
      _ = try hear(task, .lost(failure, sentence))
      return
    }
    for line in lines {
      switch try JSONText.decode(TrialMessage.self, from: line, at: "worker") {
      case .epoch(let epoch):
        let goesOn = try hear(task, .epoch(epoch))
        // If it is no more, its end is heard next.
        _ = process.say(goesOn ? TrialWorker.goOn : TrialWorker.stop)
      case .end(let end):
        place.task = nil
        _ = try hear(task, .end(end))
      }
    }
  }
}
