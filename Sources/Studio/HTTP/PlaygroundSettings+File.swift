import Datasets
import Engine
import Networks

extension PlaygroundSettings {
  /// A playground of a CSV file, with a network that it decides itself.
  ///
  /// - Parameter target: the column that is learned; nil takes the last one.
  /// - Throws: `Problem` for a file that cannot be read, and a column that it does not have.
  package init(table path: String, target: String? = nil) throws {
    let bytes = try AtomicFile.read(path, limit: PlaygroundData.mostBytes)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let names = try DataTable(csv: bytes, name: name).columns.map(\.name)
    if let target, !names.contains(target) {
      throw Problem.unknown("target", target, among: names)
    }
    self.init(
      data: .table(
        .init(
          csv: String(decoding: bytes, as: UTF8.self), name: name,
          target: target ?? names.last ?? "", columns: nil)))
  }
}
