import Foundation
import TestSupport
import Testing

/// The program that starts several processes.
enum Launcher {
  static let mpirun = [
    "/usr/bin/mpirun", "/usr/local/bin/mpirun", "/opt/homebrew/bin/mpirun",
  ]
  .first(where: FileManager.default.isExecutableFile)

  /// Alone under mpirun a program without MPI trains as ever; of two it says what it lacks.
  static let isThere: Bool = {
    guard let mpirun else { return false }
    let all =
      words + [
        "-n", "2", (try? ChildProcess.built("glassbox")) ?? "", "train", "nothing.csv",
      ]
    let outcome = try? ChildProcess.run(mpirun, all)
    return outcome.map { !$0.errors.contains("trait MPI") } ?? false
  }()

  static let words = [
    "--allow-run-as-root", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1", "--mca",
    "odls_base_sigkill_timeout", "3",
  ]
}

/// Trainings that `mpirun` starts as several processes: the same bits as one.
@Suite(.enabled(if: Launcher.isThere, "needs mpirun and a program with the trait MPI"))
struct SharedTrainingTests {
  private let program: Program

  init() throws { program = try Program() }

  private func start(_ count: Int, _ arguments: [String], in place: String) throws -> ChildProcess {
    try ChildProcess(
      Launcher.mpirun!,
      Launcher.words + ["-n", "\(count)", try ChildProcess.built("glassbox")] + arguments,
      in: place)
  }

  private func share(_ count: Int, _ arguments: [String]) throws -> ChildProcess.Outcome {
    try start(count, arguments, in: program.folder.path).outcome()
  }

  private static let sequences =
    "data: tokens.csv\ntarget: label\nsequence: a..c\n" + """
      network:
        - {layer: embedding, tokens: 6, units: 8, mask_zero: true}
        - {layer: lstm, units: 8}
        - {layer: dropout, rate: 0.2}
        - {layer: dense, units: 1}

      """

  private func write() throws {
    try program.write(ExampleData.houses, to: "houses.csv")
    try program.copy("Tests/CommandsTests/Clothes", to: "clothes")
    let rows = (0..<120).map { row in
      "\(1 + row % 5),\(1 + row * 3 % 5),\(row % 3 == 0 ? "" : "2"),\(row % 5 == 2 ? "yes" : "no")\n"
    }
    try program.write("a,b,c,label\n" + rows.joined(), to: "tokens.csv")
    try program.write(Self.sequences, to: "tokens.yaml")
  }

  private static let trainings: [[String]] = [
    ["houses.csv", "--target", "price", "--hidden", "16", "--batch", "40", "--epochs", "4"],
    [
      "clothes", "--network", "cnn", "--image-size", "16x16", "--augment", "flip,rotate=10",
      "--batch", "20", "--epochs", "2",
    ],
    ["--config", "tokens.yaml", "--batch", "30", "--epochs", "3"],
  ]

  @Test(arguments: 0..<3) func anyNumberOfProcessesGivesTheSameBits(_ place: Int) throws {
    try write()
    let arguments = ["train"] + Self.trainings[place] + ["--shards", "8", "--quiet"]
    let alone = try program(arguments + ["--threads", "2", "--output", "alone"])
    #expect(alone.status == 0, "\(alone.errors)")
    for count in [2, 3, 4, 8] {
      let run = "run-\(count)"
      let outcome = try share(
        count, arguments + ["--threads", count == 2 ? "2" : "1", "--output", run])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try program.weights(of: run) == program.weights(of: "alone"), "\(count) processes")
      #expect(
        try program.read("\(run)/metrics.jsonl").scores
          == program.read("alone/metrics.jsonl").scores)
    }
  }

  /// A process that is killed ends all of them; fewer go on to the same bits.
  @Test(arguments: [1, 2, 3]) func aLostProcessCostsNothingThatWasWritten(_ seed: UInt64) throws {
    try write()
    let arguments =
      ["train"] + Self.trainings[0].dropLast() + [
        "3000", "--patience", "0", "--shards", "8", "--quiet",
      ]
    let alone = try program(arguments + ["--output", "alone"])
    #expect(alone.status == 0, "\(alone.errors)")
    let process = try start(4, arguments + ["--output", "run"], in: program.folder.path)
    awaitCheckpoint()
    usleep(UInt32(seed) * 130_000)
    // One of them, which all have the folder of this test as theirs.
    let victims = try Self.processes(in: program.folder.path)
    kill(try #require(victims.dropFirst(Int(seed) % max(1, victims.count)).first), SIGKILL)
    let outcome = try process.outcome()
    #expect(outcome.status != 0)
    let next = try share(Int(seed), ["resume", "run", "--quiet"])
    #expect(next.status == 0, "\(next.errors)")
    #expect(try program.weights(of: "run") == program.weights(of: "alone"))
  }

  /// Returns when the training has its first checkpoint. Without leaving the thread: who leaves it may get it back
  /// when the training is over.
  private func awaitCheckpoint() {
    while !program.exists("run/checkpoint.safetensors") { usleep(10_000) }
  }

  /// The first process stands still for longer than the other waits: what is sent meanwhile to say so is no part of
  /// a sum.
  @Test func aFirstProcessThatStoodStillKeepsNothingWrong() throws {
    try write()
    let arguments =
      ["train"] + Self.trainings[0].dropLast() + [
        "6000", "--patience", "0", "--shards", "2", "--quiet", "--deadline", "3",
      ]
    let alone = try program(arguments + ["--output", "alone"])
    #expect(alone.status == 0, "\(alone.errors)")
    let process = try start(2, arguments + ["--output", "run"], in: program.folder.path)
    awaitCheckpoint()
    let first = try #require(
      try Self.processes(in: program.folder.path).first {
        let variables = try? Data(contentsOf: URL(filePath: "/proc/\($0)/environ"))
        return variables.map { String(decoding: $0, as: UTF8.self) }?
          .contains("OMPI_COMM_WORLD_RANK=0\0") == true
      })
    kill(first, SIGSTOP)
    sleep(4)
    kill(first, SIGCONT)
    #expect(try process.outcome().status != 0)
    let next = try share(1, ["resume", "run", "--quiet"])
    #expect(next.status == 0, "\(next.errors)")
    #expect(try program.weights(of: "run") == program.weights(of: "alone"))
  }

  /// More shards than a batch has rows: some have none.
  @Test func shardsWithoutRowsAreNoMatter() throws {
    try write()
    let arguments = [
      "train", "houses.csv", "--target", "price", "--hidden", "16", "--batch", "1024", "--epochs",
      "4", "--shards", "1024", "--quiet",
    ]
    let alone = try program(arguments + ["--output", "alone"])
    #expect(alone.status == 0, "\(alone.errors)")
    let shared = try share(2, arguments + ["--output", "run"])
    #expect(shared.status == 0, "\(shared.errors)")
    #expect(try program.weights(of: "run") == program.weights(of: "alone"))
  }

  /// All processes find it; the first one says it, and keeps what there is.
  @Test func whatDivergesIsSaidOnce() throws {
    try write()
    let outcome = try share(
      2,
      ["train"] + Self.trainings[0] + [
        "--shards", "2", "--optimizer", "sgd", "--learning-rate", "1e30", "--output", "run",
      ])
    #expect(outcome.status != 0)
    #expect(
      outcome.errors.components(separatedBy: "error: ").count == 2
        && !outcome.errors.contains("process 1"), "\(outcome.errors)")
  }

  /// A launcher of another MPI starts several processes, none of which sees the others.
  @Test func processesThatDoNotSeeEachOtherRefuse() throws {
    try write()
    let outcome = try program.start(
      ["train"] + Self.trainings[0] + ["--shards", "2"], environment: ["PMI_SIZE": "4"]
    ).outcome()
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("expected 4, as many as the launcher"), "\(outcome.errors)")
  }

  @Test func otherLoopsAreNamed() throws {
    try write()
    let path = try ChildProcess.built("glassbox")
    let train = [path, "train"] + Self.trainings[0] + ["--shards", "2", "--output", "run"]
    let outcome = try ChildProcess.run(
      Launcher.mpirun!,
      Launcher.words + ["-n", "1", "env", "-u", "GLASSBOX_KERNELS"] + train + [
        ":", "-n", "1", "env", "GLASSBOX_KERNELS=portable",
      ] + train,
      in: program.folder.path)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("the same set of fast loops"), "\(outcome.errors)")
  }

  /// The processes of the program that work in a folder.
  private static func processes(in folder: String) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter {
      let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd")
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/exe")
      return place == URL(filePath: folder).resolvingSymlinksInPath().path
        && program?.hasSuffix("/glassbox") == true
    }.sorted()
  }

  /// A process that hangs is named, and the command that goes on.
  @Test func aProcessThatHangsIsNamed() throws {
    try write()
    let process = try start(
      3,
      ["train"] + Self.trainings[0].dropLast() + [
        "100000", "--patience", "0", "--shards", "4", "--deadline", "10", "--output", "run",
      ], in: program.folder.path)
    awaitCheckpoint()
    let victim = try #require(try Self.processes(in: program.folder.path).last)
    kill(victim, SIGSTOP)
    defer { kill(victim, SIGKILL) }
    let outcome = try process.outcome()
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("process 2 of 3"), "\(outcome.errors)")
    #expect(outcome.errors.contains("glassbox resume"), "\(outcome.errors)")
  }

  @Test func differentSettingsAreFoundBeforeTheFirstStep() throws {
    try write()
    let path = try ChildProcess.built("glassbox")
    let train = ["train"] + Self.trainings[0] + ["--shards", "2", "--output", "run"]
    let outcome = try ChildProcess.run(
      Launcher.mpirun!,
      Launcher.words + ["-n", "1", path] + train + [":", "-n", "1", path] + train + [
        "--seed", "9",
      ],
      in: program.folder.path)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("the same settings as process 0"), "\(outcome.errors)")
    #expect(!program.exists("run/metrics.jsonl"))
  }

  @Test func whatAllFindWrongIsSaidOnce() throws {
    let outcome = try share(3, ["train", "nothing.csv", "--target", "price"])
    #expect(outcome.status != 0)
    #expect(
      outcome.errors.components(separatedBy: "error: nothing.csv").count == 2, "\(outcome.errors)")
  }
}

extension String {
  /// The lines of metrics without their times.
  fileprivate var scores: [String] {
    split(separator: "\n").map { line in
      String(line.replacing(/"seconds":[^,}]*/, with: ""))
    }
  }
}
