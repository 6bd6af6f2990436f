import Datasets
import Engine
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  /// What begins, stops and goes on with trainings.
  var trainingRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    let ofRun = RouteContent(query: ["name"], gives: "application/json")
    return [
      Route(
        method: .post, path: "/api/runs", summary: "Begins a training", content: json
      ) { request, _ in
        let wish = try await read(TrainingWish.self, from: request)
        let begun = try await trainings.begin { [folder, readers, runs, build] in
          let configuration = try wish.configuration(runs, readers)
          let experiment = try Experiment(
            configuration, registry: readers.registry, decoders: readers.decoders)
          return LongWork(
            try TrainingSession(experiment, in: RunFolder.path(for: configuration, in: folder)),
            build: build)
        }
        return try Response(json: BegunAnswer(begun, in: self))
      },
      Route(
        method: .post, path: "/api/run/resume", summary: "Goes on with a training", content: ofRun
      ) { request, _ in
        let (path, wish) = (
          try runs.run(Self.name(in: request)).path,
          try await read(TrainingWish.self, from: request)
        )
        let begun = try await trainings.begin { [readers, build] in
          var run = try StoredRun(path, registry: readers.registry, decoders: readers.decoders)
          try run.change(RunConfiguration.said(wish.settings))
          return LongWork(try TrainingSession(resuming: run), build: build)
        }
        return try Response(json: BegunAnswer(begun, in: self))
      },
      Route(
        method: .post, path: "/api/run/stop", summary: "Stops a training after its step",
        content: ofRun
      ) { request, _ in
        let run = try runs.run(Self.name(in: request))
        try refuseTrial(run)
        try trainings.stop(run.path)
        return try Response(json: [String: String]())
      },
      Route(
        method: .post, path: "/api/data", summary: "Keeps a data file beside the runs",
        content: ofRun
      ) { request, _ in
        let name = try Self.name(in: request)
        let bytes = try await request.bytes(upTo: KeptFile.most)
        let columns = try CSVReader(MemorySource(bytes, name: name)).header
        return try Response(
          json: KeptAnswer(
            path: KeptFile(name: name, in: folder).write(bytes), columns: columns))
      },
    ]
  }

  /// Its study would only begin the next one.
  private func refuseTrial(_ run: RunFolder) throws {
    guard let study = StoredStudy.folder(of: run), RunLock.isHeld(study) else { return }
    throw Problem.data(
      run.name, expected: "a training of its own", found: "a trial of the study \(study)",
      fix: "stop the study")
  }
}

/// What a training that has begun is called, and what its reader should know.
struct BegunAnswer: Encodable {
  let name: String
  let notes: [String]

  init(_ begun: Trainings.Begun, in state: StudioState) {
    (name, notes) = (state.listed(begun.path), begun.notes)
  }

  /// Studies are called by their folders.
  init(study begun: Trainings.Begun) { (name, notes) = (begun.path, begun.notes) }
}

/// Where a file lies now, and what its columns are called.
private struct KeptAnswer: Encodable {
  let path: String
  let columns: [String]
}
