import Datasets
for path in CommandLine.arguments.dropFirst() {
  print("==", path.split(separator: "/").last!)
  do {
    let table = try DataTable(path: path)
    print(table.summary)
    for note in table.notes { print("  note:", note) }
    let target = table.columns.last!.name
    do {
    let p = try Preprocessing(fitting: table, target: target)
    print("  ", p.inputNames.prefix(16), p.task)
    _ = try p.dataset(table)
    } catch { print("  FIT", "\(error)".prefix(400)) }
  } catch { print("  PROBLEM", "\(error)".prefix(800)) }
}
