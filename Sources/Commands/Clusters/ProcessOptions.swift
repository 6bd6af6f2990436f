import ArgumentParser
import Clusters
import Glassbox
import Platform

/// Processes that `mpirun` or another launcher of MPI started with the same command line.
struct ProcessOptions: ParsableArguments {
  @Option(
    help: """
      Started by mpirun: after how many seconds a process that does not answer counts as lost, and all end.
      """)
  var deadline = 30.0

  func validate() throws {
    guard deadline > 0, deadline <= 86_400 else {
      throw ValidationError("--deadline: seconds above 0, at most 86400, not \(deadline)")
    }
  }

  /// How many processes a launcher says that it started.
  private static var started: Int {
    for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"] {
      if let text = getenv(name), let count = Int(String(cString: text)) { return count }
    }
    // Slurm says where each process stands, and how many there are of all kinds.
    guard getenv("PMIX_RANK") != nil, let tasks = getenv("SLURM_NTASKS") else { return 1 }
    return Int(String(cString: tasks)) ?? 1
  }

  /// The group of this process; nil if it is alone.
  /// - Throws: `Problem` for several processes of a program without MPI: each would do all the work.
  func group() throws -> MPIGroup? {
    guard Self.started > 1 else { return nil }
    let group = try MPIGroup()
    group.deadline = deadline
    guard group.count > 1 else {
      throw Problem.data(
        "processes", expected: "\(Self.started), as many as the launcher says that it started",
        found: "1", fix: "start the program by mpirun of the MPI that it was built with")
    }
    return group
  }
}
