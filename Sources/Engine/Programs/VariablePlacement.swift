/// Which new values of variables may be written straight into the variable's memory, and which must
/// wait in memory of their own until everybody has read the old value.
struct VariablePlacement {
  /// Values that are written in place: value node → variable name.
  private(set) var inPlace: [Int: String] = [:]
  /// Values that are copied when all else is done.
  private(set) var late: [(value: Int, variable: String)] = []

  /// - Parameter guardUnit: the unit that must run before any variable changes.
  init(_ liveness: Liveness, after guardUnit: Int?) {
    for (variable, value) in liveness.graph.assignments {
      guard case .variable(let kept) = liveness.graph.records[variable].source else { continue }
      if inPlace[value] == nil, let unit = liveness.fusion.unitOfNode[value],
        guardUnit.map({ liveness.position[$0] < liveness.position[unit] }) ?? true,
        Self.canWrite(unit, into: variable, liveness)
      {
        inPlace[value] = kept.name
      } else {
        late.append((value, kept.name))
      }
    }
  }

  /// Only a fused unit that reads the old value element by element, after all other readers.
  private static func canWrite(_ unit: Int, into variable: Int, _ liveness: Liveness) -> Bool {
    let (graph, fusion) = (liveness.graph, liveness.fusion)
    return fusion.units[unit].isElementwise
      && liveness.lastRead[variable] <= liveness.position[unit]
      && fusion.units[unit].members.allSatisfy { member in
        graph.records[member].inputs.map(fusion.operand).allSatisfy { operand in
          liveness.storageOwner[operand.node] != variable || operand.layout == .full
        }
      }
  }
}
