import Datasets
import Formatting
import Training

extension RunCollection.List {
  /// A table, a line a run; below it what is damaged, and why.
  public var text: String {
    let heading = ["run", "state", "task", "data", "score", "epochs", "written (UTC)", "tags"]
    let rows = runs.map { run in
      [
        run.name, run.state.rawValue, run.task?.rawValue ?? "", run.shortData,
        run.score?.text ?? "", "\(run.epochs)",
        String(run.time.prefix(16)).replacing("T", with: " "), run.tags.joined(separator: ", "),
      ]
    }
    let table =
      runs.isEmpty
      ? ["No runs."]
      : tableLines(
        [heading] + rows, [.left, .left, .left, .left, .left, .right, .left, .left], width: 140)
    let damaged = runs.filter { $0.problem != nil }.map {
      "\($0.name) is damaged: \($0.problem ?? "")"
    }
    return (table + damaged + notes.map { "Note: \($0)." }).joined(separator: "\n") + "\n"
  }
}

extension RunSummary {
  /// The data's file without its folder; the images of a pair of files.
  fileprivate var shortData: String {
    let name = data.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
    return name.shortened(to: 30)
  }
}
