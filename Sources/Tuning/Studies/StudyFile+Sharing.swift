import Databases
import Dispatch
import Engine
import Formatting
import Networks
import Platform
import Training

/// Who trains what: leases, by the clock of the store.
extension StudyFile {
  /// What is leased: a trial, a further training of it, or the decision.
  struct Work: Hashable, Sendable {
    let trial: Int
    /// Of a further training; empty for the trial itself.
    let seed: String

    init(_ task: TrialTask) {
      (trial, seed) = (task.number, task.finalSeed.map { "\($0)" } ?? "")
    }

    init(trial: Int, seed: UInt64? = nil) {
      (self.trial, self.seed) = (trial, seed.map { "\($0)" } ?? "")
    }

    private init(_ seed: String) { (trial, self.seed) = (0, seed) }

    /// To name the winner.
    static let decision = Work("decision")
  }

  struct Lease {
    /// Whoever had it has not said for too long that it is still there.
    let isOver: Bool
    /// How many lost it before.
    let losses: Int
  }

  func leases() throws -> [Work: Lease] {
    try read { session in
      var leases: [Work: Lease] = [:]
      for row in try session.rows(
        "SELECT trial, seed, until < \(session.dialect.now), losses FROM lease")
      {
        let seed: String = try row[1]
        let work =
          seed == Work.decision.seed
          ? Work.decision : Work(trial: try row[0], seed: UInt64(seed))
        leases[work] = Lease(isOver: try row[2], losses: try row[3])
      }
      return leases
    }
  }

  /// Takes work that nobody has. What was somebody's who lost it counts that.
  func take(_ work: Work, _ owner: String, seconds: Double) throws {
    try write { session in
      try session.execute(
        """
        INSERT INTO lease (trial, seed, owner, until, losses)
        VALUES (?1, ?2, ?3, \(session.dialect.now) + ?4, 0)
        ON CONFLICT (trial, seed) DO UPDATE SET owner = excluded.owner, until = excluded.until,
          losses = lease.losses + 1
        """, [work.trial, work.seed, owner, Int64(seconds * 1000)])
    }
  }

  func isOwner(_ owner: String, of work: Work) throws -> Bool {
    let count: Int? = try read { session in
      try session.first(
        "SELECT count(*) FROM lease WHERE trial = ?1 AND seed = ?2 AND owner = ?3",
        [work.trial, work.seed, owner])
    }
    return count == 1
  }

  /// Gives work back that has ended, or that shall go on elsewhere.
  func giveBack(_ work: Work) throws {
    try write { session in
      try session.execute(
        "DELETE FROM lease WHERE trial = ?1 AND seed = ?2", [work.trial, work.seed])
    }
  }

  /// Gives all work back.
  func giveBackAll(_ owner: String) throws {
    try write { try $0.execute("DELETE FROM lease WHERE owner = ?1", [owner]) }
  }

  /// Says that work was lost.
  func lose(_ work: Work) throws {
    try write { session in
      try session.execute(
        "UPDATE lease SET owner = '', until = 0 WHERE trial = ?1 AND seed = ?2",
        [work.trial, work.seed])
    }
  }

  /// Says that an owner is still there, on a thread of its own.
  static func beat(_ store: any Store, _ owner: String, seconds: Double) throws {
    try store.write { session in
      _ = try session.execute(
        "UPDATE lease SET until = \(session.dialect.now) + ?1 WHERE owner = ?2",
        [Int64(seconds * 1000), owner])
    }
  }

  // MARK: Files of runs

  /// More is not put into a database.
  static let mostBytes = 256 << 20

  /// Puts the files of a run into the store, so that other machines have its model.
  /// - Returns: false for a run that is too large.
  func put(_ path: String) throws -> Bool {
    let folder = try RunFolder(existing: path)
    let known = RunFolder.File.allCases.filter { folder.has($0) }
    // What is too large is not even read.
    let bytes = known.reduce(0) { $0 + (FileState(path: folder[$1])?.bytes ?? 0) }
    guard bytes <= Self.mostBytes else { return false }
    let files = try known.map {
      ($0.rawValue, try AtomicFile.read(folder[$0], limit: Self.mostBytes))
    }
    try write { session in
      for (name, bytes) in files {
        try session.execute(
          """
          INSERT INTO file (run, name, bytes) VALUES (?1, ?2, ?3)
          ON CONFLICT (run, name) DO UPDATE SET bytes = excluded.bytes
          """, [Self.name(ofRun: path), name, bytes])
      }
    }
    return true
  }

  /// Makes sure that a run is on this machine.
  ///
  /// - Parameter isChanged: whether another machine may have changed what this one has, as whoever reads the test
  ///   rows does.
  /// - Throws: `Problem` for one that is neither there nor in the store.
  func fetch(_ path: String, isChanged: Bool = false) throws {
    let isThere = (try? RunFolder(existing: path))?.has(.report) == true
    if isThere, !isChanged { return }
    let files = try read { session in
      try session.rows(
        "SELECT name, bytes FROM file WHERE run = ?1", [Self.name(ofRun: path)])
    }
    guard !files.isEmpty else {
      if isThere { return }
      throw Problem(
        .missing, path,
        expected: "a run of this machine, or one of up to "
          + "\(Double(Self.mostBytes).byteText) in the store",
        found: "neither", fix: "let all machines share the folder of the study")
    }
    let lock = try RunLock.waiting(for: path)
    let folder = try RunFolder(existing: path)
    guard isChanged || !folder.has(.report) else { return }
    var known: [RunFolder.File: [UInt8]] = [:]
    for row in files {
      guard let file = RunFolder.File(rawValue: try row[0]) else { continue }
      known[file] = try row[1]
    }
    // A run with a report has everything.
    let order = known.keys.sorted { $0 != .report && $1 == .report }
    for file in order { try AtomicFile.write(known[file]!, to: folder[file]) }
    withExtendedLifetime(lock) {}
  }

  /// The last name of a path: what a run is called on all machines.
  static func name(ofRun path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Says again and again that a process is still there, so that what it trains is given to nobody else.
final class Heartbeat: Sendable {
  private let stop = DispatchSemaphore(value: 0)
  private let thread: SystemThread

  /// - Throws: `Problem` where the system gives no more threads: then all that is trained would be given to others.
  init(_ store: any Store, _ owner: String, seconds: Double) throws {
    let started = SystemThread { [stop] in
      while stop.wait(timeout: .now() + seconds / 4) == .timedOut {
        // What fails now may work the next time; what lasts longer than the lease gives the work to others.
        try? StudyFile.beat(store, owner, seconds: seconds)
      }
    }
    guard let started else {
      throw Problem(
        .inputOutput, store.place, expected: "a thread that says that this process is still there",
        found: "none left", fix: "end other programs, or raise the limit on processes (ulimit -u)")
    }
    thread = started
  }

  /// Ends it.
  func end() {
    stop.signal()
    thread.join()
  }
}
