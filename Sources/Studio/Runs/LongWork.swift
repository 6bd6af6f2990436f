import Diagnosis
import Networks
import Training
import Tuning

/// Something that takes long, writes into a folder, and can be asked to stop.
struct LongWork {
  let path: String
  /// What a reader should know.
  let notes: [String]
  /// Does it, and asks often whether it shall stop.
  let carryOut: (_ shallStop: @escaping () -> Bool) throws -> Void
}

extension LongWork {
  /// - Parameter build: the program with its commit, for the report.
  init(_ session: TrainingSession, build: String?) {
    (path, notes) = (session.folder.path, session.experiment.notes)
    carryOut = { shallStop in
      var training = try ReportedTraining(session)
      let outcome = try training.learn { _ in shallStop() ? .stop : .continue }
      _ = try training.conclude(outcome, build: build)
    }
  }

  init(_ study: Study, _ workers: Study.Workers, _ readers: StudioReaders) {
    (path, notes) = (study.folder, study.notes)
    carryOut = { shallStop in
      let result = try study.run(workers, shouldStop: shallStop)
      if let yaml = readers.yaml { try result.writeBest(in: study.folder, yaml) }
    }
  }
}
