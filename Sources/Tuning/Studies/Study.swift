import Databases
public import Datasets
import Engine
public import Networks
import Platform
public import Training

/// A search for the best configuration: trials in the folder of a study, one file that knows them all.
/// ```swift
/// var configuration = RunConfiguration()
/// configuration.data.source = "students.csv"
/// configuration.data.target = "passed"
/// let study = try Study(configuration, in: "studies/students")
/// let result = try study.run()
/// print(result.sentence)
/// ```
/// Whatever ends it, it goes on where it was when it is opened again.
public final class Study {
  /// Its folder.
  public let folder: String
  /// How it looks for the best.
  public private(set) var settings: StudySettings
  let setup: StudySetup
  /// How the next point is chosen, and why so.
  private(set) var sampling: SamplerChoice
  let registry: Registry
  let decoders: Decoders
  package let place: StudyPlace
  let file: StudyFile
  /// Of the folder; nil where several processes train for the study.
  let lock: RunLock?
  /// By their numbers.
  var trials: [TuningTrial]
  var finals: [FinalRun]
  /// Of all sittings before this one.
  var secondsBefore: Double
  let start = ContinuousClock.now
  /// Trials whose training stopped and shall go on.
  var waiting: [Int] = []
  /// How often the process of a trial was lost; of a finalist's further trainings below 0.
  var losses: [Int: Int] = [:]
  /// Trials that were told to stop, until they are taken up again.
  var stopped: Set<Int> = []
  /// The further trainings that this sitting has begun.
  var begun: Set<FinalRun> = []
  /// What this process has of a study that many train for.
  package var share = Share()

  /// Makes a study, or opens one to go on with it.
  ///
  /// - Parameters:
  ///   - configuration: what all trials have in common; of a study that goes on the same as before.
  ///   - space: what is looked for; nil makes one for the task, or takes that of the study.
  ///   - settings: how; a study that goes on takes more trials, another time and other finalists.
  ///   - path: the folder, or the address of a PostgreSQL database that processes of many machines train for.
  ///   - registry: what configurations can name.
  ///   - decoders: read the data.
  /// - Throws: `Problem` for settings and data that cannot work, before anything is written; for a folder
  ///   that is something else, or that another process writes into.
  public convenience init(
    _ configuration: RunConfiguration, space: SearchSpace? = nil,
    settings: StudySettings = StudySettings(), in path: String, registry: Registry = .standard,
    decoders: Decoders = .none
  ) throws {
    try self.init(
      configuration, written: space?.written, settings: settings, at: StudyPlace(path),
      registry: registry, decoders: decoders)
  }

  /// - Parameters:
  ///   - written: the space as a file gives it.
  ///   - changes: what of the settings somebody said, so that the rest of a study that goes on stays as others
  ///     left it; nil where all of them are given.
  package init(
    _ configuration: RunConfiguration, written: LocatedValue?, settings: StudySettings,
    changes: StudyChanges? = nil, at place: StudyPlace, registry: Registry, decoders: Decoders
  ) throws {
    var settings = settings
    try settings.check()
    (self.place, folder, self.settings) = (place, place.folder, settings)
    (self.registry, self.decoders) = (registry, decoders)
    let path = place.folder
    let isNew = try !place.holdsStudy()
    if isNew {
      let experiment = try Experiment(configuration, registry: registry, decoders: decoders)
      setup = try StudySetup(
        configuration, written: written, settings, experiment: experiment, registry: registry)
      try RunFolder.create(path)
      lock = place.isShared ? nil : try RunLock(path)
      file = try StudyFile(place, .create)
      (trials, finals, secondsBefore) = ([], [], 0)
      sampling = Self.sampling(settings, setup)
      try begin(experiment.data.manifest.json(), changes)
    } else {
      if place.isShared { try RunFolder.create(path) }
      lock = place.isShared ? nil : try RunLock(path)
      file = try StudyFile(place, .write)
      let before = try Kept(file, registry, place.shown)
      try before.check(configuration, settings)
      settings.objective = settings.objective ?? before.settings.objective
      self.settings = settings
      var given = before.configuration
      given.training.threads = configuration.training.threads
      if place.isShared, let split = try file.fact("split", String.self, registry) {
        try AtomicFile.write(Array(split.utf8), to: "\(path)/\(Self.split)")
      }
      given.data.split = "\(path)/\(Self.split)"
      setup = try StudySetup(
        given, written: written ?? before.space, settings,
        experiment: Experiment(given, registry: registry, decoders: decoders), registry: registry)
      (trials, finals) = place.isShared ? ([], []) : (try file.trials(), try file.finals())
      secondsBefore = before.seconds
      sampling = Self.sampling(settings, setup)
      try change(changes, isSpaceGiven: written != nil)
    }
    if place.isShared { try alone {} }
  }

  private static func sampling(_ settings: StudySettings, _ setup: StudySetup) -> SamplerChoice {
    .named(settings.sampler, for: setup.space.dimensions, trials: settings.trials)
  }

  /// Follows what somebody else says of how this study looks for the best.
  func follow(_ kept: StudySettings) {
    guard kept != settings else { return }
    settings = kept
    sampling = Self.sampling(settings, setup)
  }

  /// Says what a new study is. Where another process was faster, this one must want the same.
  private func begin(_ split: [UInt8], _ changes: StudyChanges?) throws {
    let text = String(decoding: split, as: UTF8.self)
    try file.alone {
      if try file.isEmpty() {
        try keepFacts()
        if place.isShared { try file.set([("split", text)]) }
      } else {
        try Kept(file, registry, place.shown).check(setup.configuration, settings)
        try checkRows(text)
        try change(changes, isSpaceGiven: false)
      }
      // Not before it is certain: the folder may be shared too.
      try AtomicFile.write(split, to: "\(folder)/\(Self.split)")
    }
  }

  /// - Throws: `Problem` if the study was begun with other rows than these, or with others in its parts.
  private func checkRows(_ split: String) throws {
    guard let before = try file.fact("split", String.self, registry), before != split else {
      return
    }
    throw Problem.data(
      setup.configuration.data.source ?? "data",
      expected: "the rows that another machine began \(place.shown) with",
      found: "other rows, or others in its parts",
      fix: "copy the same data to all machines, or begin a new study")
  }

  /// Says what somebody wants otherwise of a study that is there. The rest stays as it is now, which others may
  /// have changed since it was read.
  private func change(_ changes: StudyChanges?, isSpaceGiven: Bool) throws {
    try file.alone {
      try changeSpace(isGiven: isSpaceGiven)
      if let changes, var kept = try file.fact("settings", StudySettings.self, registry) {
        try changes.make(in: &kept)
        try kept.check()
        follow(kept)
      }
      try file.set([("settings", settings)])
      // How many threads a machine has is its own matter where others train too.
      if !place.isShared { try file.set([("configuration", setup.configuration)]) }
    }
  }

  /// Whoever trains for the study now would go on in the space that it knows.
  private func changeSpace(isGiven: Bool) throws {
    let before = try file.fact("space", LocatedValue.self, registry)
    // As it is when it is read again: where it is written makes no difference.
    let own = try JSONText.decode(
      LocatedValue.self, from: JSONText.encode(setup.written), at: "space")
    guard before != own else { return }
    guard isGiven, try !file.leases().values.contains(where: { !$0.isOver }) else {
      throw Problem.data(
        "space", expected: "that of the study, which others train for", found: "another",
        fix: "leave it out, or wait until nobody has trained for a minute")
    }
    try file.set([("space", setup.written), ("objective", setup.objective)])
  }

  static let split = "split.json"

  /// What all trainings have in common.
  var base: RunConfiguration {
    var base = setup.configuration
    base.data.split = "\(folder)/\(Self.split)"
    base.output = OutputSettings()
    return base
  }

  private func keepFacts() throws {
    try file.set([
      ("configuration", setup.configuration), ("space", setup.written), ("settings", settings),
      ("objective", setup.objective), ("seconds", seconds),
    ])
  }

  /// Of all sittings.
  var seconds: Double { secondsBefore + start.duration(to: .now).inSeconds }

  /// What the file of a study that goes on says.
  struct Kept {
    let configuration: RunConfiguration
    let space: LocatedValue
    let settings: StudySettings
    let seconds: Double

    init(_ file: StudyFile, _ registry: Registry, _ path: String) throws {
      guard
        let configuration = try file.fact("configuration", RunConfiguration.self, registry),
        let space = try file.fact("space", LocatedValue.self, registry),
        let settings = try file.fact("settings", StudySettings.self, registry)
      else {
        throw Problem(
          .malformed, path, expected: "a study with its settings", found: "one without",
          fix: "begin a new study in another folder")
      }
      (self.configuration, self.space, self.settings) = (configuration, space, settings)
      seconds = try file.fact("seconds", Double.self, registry) ?? 0
    }

    /// - Throws: `Problem` for what a study cannot go on with.
    func check(_ other: RunConfiguration, _ others: StudySettings) throws {
      var problems = try configuration.changes(to: other, epoch: 0)
        .filter { !["threads", "split"].contains($0.setting) }
        .map {
          Problem.data(
            $0.setting, expected: "\($0.before), as the study began", found: $0.after,
            fix: "leave it out, or begin a new study in another folder")
        }
      if others.objective != nil, others.objective != settings.objective {
        problems.append(
          .data(
            "objective", expected: settings.objective ?? "none, as the study began",
            found: others.objective ?? "", fix: "leave it out, or begin a new study"))
      }
      if others.folds != settings.folds {
        problems.append(
          .data(
            "folds", expected: settings.folds.map(String.init) ?? "none, as the study began",
            found: others.folds.map(String.init) ?? "none", fix: "begin a new study"))
      }
      try Problem.throwIfAny(problems)
    }
  }

  /// The configuration, space and settings of a study that is there, to go on with it.
  package static func kept(
    at place: StudyPlace, registry: Registry = .standard
  ) throws -> (configuration: RunConfiguration, settings: StudySettings) {
    try place.requireStudy()
    let kept = try Kept(StudyFile(place, .read), registry, place.shown)
    return (kept.configuration, kept.settings)
  }

  /// All that is known.
  package var record: StudyRecord {
    StudyRecord(
      name: folder.split(separator: "/").last.map(String.init) ?? folder,
      objective: setup.objective, dimensions: setup.space.dimensions, choices: setup.space.choices,
      sampler: type(of: sampling.sampler).name, pruning: settings.pruning.rawValue,
      seed: setup.configuration.data.seed, trials: trials, notes: notes)
  }
}

extension Study {
  /// Whether a folder holds a study. One that was begun, and ended before anything was known, is none yet.
  package static func exists(in path: String) -> Bool {
    AtomicFile.exists("\(path)/\(StudyFile.name)") && !StudyFile.isBegun(in: path)
  }

  /// `studies/students` for `students.csv`.
  /// - Throws: `Problem` if there is a study already, which somebody may want to go on with.
  package static func freeFolder(
    for configuration: RunConfiguration, in studies: String = "studies"
  ) throws -> String {
    let path = "\(studies)/" + (configuration.data.source.map { DataLocation($0).stem } ?? "data")
    guard !exists(in: path) else {
      throw Problem(
        .cannotCreate, path, expected: "a folder without a study", found: "one",
        fix: "say `study` to go on with it, or to name another folder")
    }
    return path
  }

  /// Says to other programs that an interrupt stops this study, which keeps what it knows.
  package func offerInterrupt() { lock?.offerInterrupt() }

  /// What a reader should know.
  package var notes: [String] { setup.notes + share.notes + [sampling.note] }
}
