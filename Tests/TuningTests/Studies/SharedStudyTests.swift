import Databases
import Datasets
import Engine
import Foundation
import Networks
import Platform
import Synchronization
import TestSupport
import Testing
import Training

@testable import Tuning

/// Studies that many processes train for, as machines do that share a store and no folder.
@Suite(.serialized) struct SharedStudyTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try SmallTable.write(to: folder)
  }

  private static let space = """
    {"learning_rate": {"from": 0.0001, "to": 1, "scale": "log"}, "hidden": [[4], [8], [4, 4]]}
    """

  private static func settings(_ trials: Int) -> StudySettings {
    var settings = StudySettings()
    (settings.trials, settings.finalists, settings.finalSeeds) = (trials, 2, 2)
    settings.sampler = "random"
    return settings
  }

  /// A study as a machine sees it.
  private static func study(
    _ folder: TemporaryFolder, _ store: TestStore, machine: String, _ settings: StudySettings,
    changes: StudyChanges? = nil, data: String, space: String? = space, epochs: Int = 6
  ) throws -> Study {
    let configuration = SmallTable.configuration(data, epochs: epochs)
    let space = try space.map { try SearchSpace(json: $0, for: configuration) }
    return try Study(
      configuration, written: space?.written, settings: settings, changes: changes,
      at: StudyPlace(
        folder: folder.path(machine), store: store.place(in: folder), isShared: true),
      registry: .standard, decoders: .none)
  }

  private func study(
    _ store: TestStore, _ machine: String, _ settings: StudySettings, space: String? = space,
    epochs: Int = 6
  ) throws -> Study {
    try Self.study(
      folder, store, machine: machine, settings, data: data, space: space, epochs: epochs)
  }

  /// Alone it is the study that no store shares.
  @Test(arguments: TestStore.there) func oneMachineMakesTheSameStudy(_ store: TestStore) throws {
    let alone = try study(store, "a", Self.settings(5)).run().report
    let configuration = SmallTable.configuration(data, epochs: 6)
    let usual = try Study(
      configuration, space: SearchSpace(json: Self.space, for: configuration),
      settings: Self.settings(5), in: folder.path("usual")
    ).run().report
    #expect(alone.study.trials.map(\.point) == usual.study.trials.map(\.point))
    #expect(alone.study.trials.map(\.value) == usual.study.trials.map(\.value))
    #expect(alone.study.trials.map(\.state) == usual.study.trials.map(\.state))
    #expect(alone.decision?.winner == usual.decision?.winner)
    #expect(alone.decision?.finalists.map(\.values) == usual.decision?.finalists.map(\.values))
  }

  /// Each trains its part, all say the same in the end, and the winner's model is on every machine.
  @Test(arguments: TestStore.there) func machinesShareTheWork(_ store: TestStore) throws {
    let results = Mutex<[String: StudyReport]>([:])
    let problems = Mutex<[String]>([])
    let (folder, data) = (folder, data)
    let threads = ["a", "b", "c"].map { machine in
      SystemThread {
        do {
          let study = try Self.study(
            folder, store, machine: machine, Self.settings(8), data: data)
          let report = try study.run().report
          results.withLock { $0[machine] = report }
        } catch { problems.withLock { $0.append("\(error)") } }
      }
    }
    for thread in threads { thread?.join() }
    #expect(problems.withLock { $0 } == [])
    let reports = results.withLock { $0 }
    try #require(reports.count == 3)
    let first = try #require(reports["a"])
    #expect(first.study.trials.count == 8)
    #expect(first.study.trials.allSatisfy { $0.state != .running && $0.state != .failed })
    for (machine, report) in reports {
      #expect(report.study.trials.map(\.value) == first.study.trials.map(\.value))
      let decision = try #require(report.decision)
      #expect(decision.winner == first.decision?.winner)
      #expect(decision.test == first.decision?.test)
      #expect(decision.test?.contains("read once") == true)
      let run = try #require(decision.run)
      #expect(run.hasPrefix(folder.path(machine)))
      #expect(try RunFolder(existing: run).report().testScorings == 1)
      _ = try StoredRun(run).model()
    }
    // More trials are asked for on a machine that was not there.
    let more = try study(store, "d", Self.settings(9)).run().report
    #expect(more.study.trials.count == 9)
    #expect(more.study.trials.prefix(8).map(\.value) == first.study.trials.map(\.value))
  }

  /// A machine that gives no more sign of life: another takes up its trial, and what is said too late does not count.
  @Test(arguments: TestStore.there) func whatWasLostIsGivenOutAgain(_ store: TestStore) throws {
    let lost = try study(store, "lost", Self.settings(2))
    guard case .task(let task) = try lost.next({ try lost.nextTask() }) else {
      Issue.record("nothing to do")
      return
    }
    #expect(task.number == 1)
    #expect(
      try lost.hear(task, .epoch(.init(epoch: 1, value: 3))) {
        try lost.hear(task, .epoch(.init(epoch: 1, value: 3)))
      })
    let other = try study(store, "other", Self.settings(2))
    // It is held now, so the next is another.
    guard case .task(let second) = try other.next({ try other.nextTask() }) else {
      Issue.record("nothing to do")
      return
    }
    #expect(second.number == 2)
    guard case .later = try other.next({ try other.nextTask() }) else {
      Issue.record("something to do")
      return
    }
    // As if its lease had run out.
    try StudyFile.beat(lost.file.store, lost.share.owner, seconds: -1)
    other.share.nextLook = .now
    guard case .task(let again) = try other.next({ try other.nextTask() }) else {
      Issue.record("it was not given out again")
      return
    }
    #expect(again.number == 1)
    // It goes on behind the last report.
    #expect(other.trials[0].epochs.map(\.value) == [3])
    let late = TuningTrial.Epoch(epoch: 2, value: 2)
    #expect(try !lost.hear(task, .epoch(late)) { try lost.hear(task, .epoch(late)) })
    _ = try lost.hear(task, .end(.init(state: .complete, value: 1))) {
      Issue.record("what was said too late was taken")
      return true
    }
    #expect(try other.file.trials()[0].epochs.count == 1)
  }

  /// What ends process after process is not tried for ever.
  @Test(arguments: TestStore.there) func whatIsLostAgainAndAgainFails(_ store: TestStore) throws {
    for _ in 0..<3 {
      let lost = try study(store, "lost", Self.settings(1))
      lost.share.leaseSeconds = 0.01
      guard case .task = try lost.next({ try lost.nextTask() }) else {
        Issue.record("nothing to do")
        return
      }
      usleep(50_000)
    }
    let last = try study(store, "last", Self.settings(1))
    guard case .none = try last.next({ try last.nextTask() }) else {
      Issue.record("it was tried again")
      return
    }
    #expect(last.trials[0].state == .failed && last.trials[0].failure == .killed)
    #expect(last.trials[0].problem?.contains("3 processes") == true)
  }

  /// Whatever failed, also by being lost again and again, is trained again where somebody wants it.
  @Test(arguments: TestStore.there) func whatFailedIsTrainedAgain(_ store: TestStore) throws {
    let one = try study(store, "a", Self.settings(1))
    func loseNext() throws {
      guard case .task(let task) = try one.next({ try one.nextTask() }) else {
        Issue.record("nothing to do")
        return
      }
      let lost = TrialEvent.lost(.crashed, "its process ended")
      _ = try one.hear(task, lost) { try one.hear(task, lost) }
    }
    for _ in 0..<3 { try loseNext() }
    #expect(one.trials.map(\.state) == [.failed])
    try one.retryFailed()
    // And may be lost as often as before.
    for _ in 0..<2 { try loseNext() }
    #expect(one.trials.map(\.state) == [.running])
    try loseNext()
    #expect(one.trials.map(\.state) == [.failed])
  }

  /// A transaction that was not kept is repeated, and says the same again.
  @Test(arguments: TestStore.there) func whatIsHeardTwiceIsTheSame(_ store: TestStore) throws {
    let one = try study(store, "a", Self.settings(1))
    guard case .task(let task) = try one.next({ try one.nextTask() }) else {
      Issue.record("nothing to do")
      return
    }
    one.stopped = [task.number]
    let end = TrialEvent.end(.init(state: .stopped, value: 1))
    let before = one.trials
    _ = try one.hear(task, end) {
      _ = try one.hear(task, end)
      one.trials = before
      return try one.hear(task, end)
    }
    #expect(one.trials.map(\.state) == [.pruned])
  }

  /// Machines that begin at once with other rows under one name: one of them is refused.
  @Test(arguments: TestStore.there) func otherRowsAreRefused(_ store: TestStore) throws {
    let machines = try [120, 122].map { rows in
      let own = try TemporaryFolder()
      _ = try SmallTable.write(rows: rows, to: own)
      return own
    }
    let place = store.place(in: folder)
    let started = try machines.map { own in
      try ChildProcess(
        ChildProcess.built("CrashWriter"),
        ["sharedStudy", own.path("study"), place, "points.csv", "2"],
        in: own.path, keeping: own)
    }
    let outcomes = try started.map { try $0.outcome() }
    #expect(outcomes.count { $0.output.hasSuffix("end\n") } == 1, "\(outcomes.map(\.errors))")
  }

  /// Whoever trains now would not know of another space.
  @Test(arguments: TestStore.there) func anotherSpaceWaitsForThoseWhoTrain(
    _ store: TestStore
  ) throws {
    let one = try study(store, "a", Self.settings(3))
    guard case .task = try one.next({ try one.nextTask() }) else {
      Issue.record("nothing to do")
      return
    }
    let other = #"{"hidden": [[4], [16]]}"#
    #expect { try study(store, "b", Self.settings(3), space: other) } throws: {
      ($0 as? Problem)?.location == "space"
    }
    // The same is no other one, and neither is none.
    _ = try study(store, "b", Self.settings(3))
    _ = try study(store, "b", Self.settings(3), space: nil)
    try one.file.giveBackAll(one.share.owner)
    _ = try study(store, "b", Self.settings(3), space: other)
  }

  /// Settings that others changed while this machine read its data.
  @Test(arguments: TestStore.there) func whatOthersChangedStays(_ store: TestStore) throws {
    _ = try study(store, "a", Self.settings(2))
    _ = try study(store, "b", Self.settings(5))
    var changes = StudyChanges()
    changes.finalists = 1
    let last = try Self.study(
      folder, store, machine: "c", Self.settings(2), changes: changes, data: data)
    #expect(last.settings.trials == 5 && last.settings.finalists == 1)
  }

  @Test(arguments: TestStore.there) func whatIsTooLargeForTheStoreIsSaid(
    _ store: TestStore
  ) throws {
    var settings = Self.settings(1)
    settings.finalSeeds = 0
    let one = try study(store, "a", settings)
    guard case .task(let task) = try one.next({ try one.nextTask() }) else {
      Issue.record("nothing to do")
      return
    }
    let run = try RunFolder(creating: task.run, force: true)
    try Data().write(to: URL(filePath: run[.checkpoint]))
    // Of zeros that are nowhere.
    try #require(truncate(run[.checkpoint], off_t(StudyFile.mostBytes) + 1) == 0)
    let end = TrialEvent.end(.init(state: .complete, value: 1))
    _ = try one.hear(task, end) { try one.hear(task, end) }
    #expect(one.record.notes.contains { $0.contains("no other machine") })
  }

  @Test(arguments: TestStore.there) func whoStopsGivesItsWorkBack(_ store: TestStore) throws {
    var looks = 0
    let result = try study(store, "a", Self.settings(3)).run(.here) { _ in
      looks += 1
      return looks > 4 ? .stop : .continue
    }
    #expect(result.isInterrupted)
    let other = try study(store, "b", Self.settings(3))
    #expect(try other.file.leases().isEmpty)
    #expect(try other.run().report.study.trials.count == 3)
  }

  @Test(arguments: TestStore.there) func anotherQuestionIsRefused(_ store: TestStore) throws {
    _ = try study(store, "a", Self.settings(2))
    var other = SmallTable.configuration(data, epochs: 7)
    other.training.threads = 3
    let place = StudyPlace(
      folder: folder.path("b"), store: store.place(in: folder), isShared: true)
    #expect {
      try Study(
        other, written: nil, settings: Self.settings(2), at: place, registry: .standard,
        decoders: .none)
    } throws: { ($0 as? Problem)?.location == "epochs" }
  }

  /// Machines whose processes are killed again and again make the study that one makes undisturbed.
  @Test(arguments: TestStore.there) func machinesMayBeKilled(_ store: TestStore) throws {
    func machine(_ name: String, _ trials: Int) throws -> ChildProcess {
      try ChildProcess(
        ChildProcess.built("CrashWriter"),
        ["sharedStudy", folder.path(name), store.place(in: folder), data, "\(trials)"],
        watching: .output)
    }
    var random = SystemRandomNumberGenerator()
    for turn in 0..<4 {
      let (one, two) = (try machine("a", 8), try machine("b", 8))
      for _ in 0..<Int.random(in: 0...2, using: &random) { _ = one.nextLine() }
      usleep(UInt32.random(in: 0...300_000, using: &random))
      (turn.isMultiple(of: 2) ? one : two).send(SIGKILL)
      // The other goes on, or is asked to stop, as a starter of jobs does.
      if turn < 3 { (turn.isMultiple(of: 2) ? two : one).send(SIGTERM) }
      _ = (try one.outcome(), try two.outcome())
    }
    let last = try machine("c", 8).outcome()
    #expect(last.output.hasSuffix("end\n"), "\(last.errors)")
    let trials = try study(store, "d", Self.settings(8), space: nil, epochs: 12).trials
    #expect(trials.count == 8)
    #expect(trials.allSatisfy { [.complete, .pruned].contains($0.state) })
    // The same settings have the same values wherever they were trained, and however often.
    let alone = try ChildProcess.run(
      ChildProcess.built("CrashWriter"), ["study", folder.path("alone"), data, "8"])
    #expect(alone.output.hasSuffix("end\n"), "\(alone.errors)")
    let others = try StudyFile(folder.path("alone"), .read).trials()
    for (trial, other) in zip(trials, others) where trial.point == other.point {
      let shared = min(trial.epochs.count, other.epochs.count)
      #expect(trial.epochs.prefix(shared).map(\.value) == other.epochs.prefix(shared).map(\.value))
    }
  }

  /// Trains nothing, and says at once that it did.
  private struct InstantRunner: TrialRunner {
    func run(
      next: () throws -> NextTask, hear: (TrialTask, TrialEvent) throws -> Bool,
      isInterrupted: () -> Bool
    ) throws {
      while true {
        switch try next() {
        case .none: return
        case .later: usleep(20_000)
        case .task(let task):
          var end = TrialEnd(state: .complete, value: Double(task.number))
          // A further training would leave a run.
          if task.finalSeed != nil { end = TrialEnd(state: .failed, failure: .refused) }
          for epoch in 1...3 where task.finalSeed == nil {
            let goesOn = try hear(
              task, .epoch(.init(epoch: epoch, value: Double(task.number * 10 - epoch))))
            guard goesOn else {
              end.state = .stopped
              break
            }
          }
          _ = try hear(task, .end(end))
        }
      }
    }
  }

  /// None is refused, and each trial is given to one.
  @Test(arguments: TestStore.there) func thirtyTwoWorkersTakeTrials(_ store: TestStore) throws {
    let problems = Mutex<[String]>([])
    let (folder, data) = (folder, data)
    var settings = Self.settings(100)
    // Folds leave no files behind, which nothing trains here.
    (settings.pruning, settings.finalSeeds, settings.folds) = (.none, 1, 3)
    // The first one makes it.
    _ = try study(store, "0", settings)
    let threads = (1...32).map { number in
      SystemThread { [settings] in
        do {
          let study = try Self.study(
            folder, store, machine: "\(number)", settings, data: data)
          try study.search(InstantRunner()) { false }
        } catch { problems.withLock { $0.append("\(error)") } }
      }
    }
    for thread in threads { thread?.join() }
    #expect(problems.withLock { $0 } == [])
    let trials = try study(store, "0", settings).trials
    #expect(trials.map(\.number) == Array(1...100))
    #expect(trials.allSatisfy { $0.state == .complete && $0.epochs.count == 3 })
  }
}
