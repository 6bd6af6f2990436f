/// Decides which new values of variables may be written straight into the variable's memory, and which
/// must wait in memory of their own until everybody has read the old value.
struct VariablePlacement {
  private let graph: Graph
  private let fusion: Fusion
  private let storageOwner: [Int]
  private let unitPosition: [Int]
  private let lastRead: [Int]
  private let guardPosition: Int

  /// - Parameter guardPosition: the place of the last unit that must run before any variable changes.
  init(
    _ graph: Graph, _ fusion: Fusion, _ storageOwner: [Int], _ unitPosition: [Int],
    _ lastRead: [Int],
    after guardPosition: Int
  ) {
    self.guardPosition = guardPosition
    self.graph = graph
    self.fusion = fusion
    self.storageOwner = storageOwner
    self.unitPosition = unitPosition
    self.lastRead = lastRead
  }

  /// Values by node that are written in place, and values that are copied when all else is done.
  func assign() -> (inPlace: [Int: String], late: [(value: Int, variable: String)]) {
    var inPlace: [Int: String] = [:]
    var late: [(value: Int, variable: String)] = []
    for (variable, value) in graph.assignments {
      guard case .variable(let kept) = graph.records[variable].source else { continue }
      if inPlace[value] == nil, canWrite(value, into: variable) {
        inPlace[value] = kept.name
      } else {
        late.append((value, kept.name))
      }
    }
    return (inPlace, late)
  }

  /// Only a fused unit that reads the old value element by element, after all other readers.
  private func canWrite(_ value: Int, into variable: Int) -> Bool {
    let unit = fusion.unitOfNode[value]
    guard storageOwner[value] == value, unit >= 0, fusion.units[unit].isElementwise,
      lastRead[variable] <= unitPosition[unit], guardPosition < unitPosition[unit]
    else { return false }
    return fusion.units[unit].members.allSatisfy { member in
      graph.records[member].inputs.allSatisfy { input in
        let operand = fusion.operand(input)
        return storageOwner[operand.node] != variable || operand.layout == .full
      }
    }
  }
}
