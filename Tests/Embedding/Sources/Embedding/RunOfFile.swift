import Foundation
import Glassbox

/// A run on a file of rows, its settings read from text that names parts of one's own: stopped, opened by
/// its folder, and gone on with.
enum RunOfFile {
  static func check(in folder: String) throws {
    let file = "\(folder)/points.csv"
    try rows().write(toFile: file, atomically: true, encoding: .utf8)
    let text = """
      {"data": "\(file)", "target": "corners", "epochs": 4, "loss": {"name": "brier", "weight": 2},
       "optimizer": "sign_descent", "schedule": {"name": "halving", "every": 2},
       "metrics": ["worst_class", "auc"],
       "network": [{"layer": "gain"}, {"layer": "dense", "units": 1}]}
      """
    let decoder = JSONDecoder()
    decoder.userInfo[.registry] = OwnPartsCheck.registry
    let configuration = try decoder.decode(RunConfiguration.self, from: Data(text.utf8))
    let whole = try session(configuration, "\(folder)/whole").train()

    let path = "\(folder)/broken"
    _ = try session(configuration, path).learn { event, _ in
      if case .step(let record) = event, record.epoch == 3 { return .stop }
      return .continue
    }
    let run = try StoredRun(path, registry: OwnPartsCheck.registry)
    let rest = try TrainingSession(resuming: run).train()
    try require(
      rest.weightsSHA256 == whole.weightsSHA256,
      "a run of one's own parts, resumed from its folder, ends with the same bits")
  }

  private static func session(_ settings: RunConfiguration, _ path: String) throws
    -> TrainingSession
  {
    try TrainingSession(
      Experiment(settings, registry: OwnPartsCheck.registry), in: path, force: true)
  }

  private static func rows() throws -> String {
    let data = try Corners.data().train
    return (0..<data.count).reduce("x,y,corners\n") { text, row in
      let (point, corners) = (data.inputs[row], data.targets[row][0] == 0 ? "same" : "different")
      return text + "\(point[0]),\(point[1]),\(corners)\n"
    }
  }
}
