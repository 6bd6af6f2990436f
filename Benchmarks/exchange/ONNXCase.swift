package import Engine
import Exchange
import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder with a network and what it answers to some inputs: `model.onnx` and, in `test_data_set_0` and so on,
/// `input_0.pb`, `output_0.pb` and so on, as ONNX's own cases are laid down.
package struct ONNXCase {
  package let name: String
  private let folder: String

  /// How near two numbers must be: the runner of ONNX takes 1e-3 of the number and 1e-7.
  package struct Tolerance: Sendable {
    package var relative = 1e-3
    package var absolute = 1e-7
    package init() {}
  }

  package enum Outcome {
    /// The largest difference, in parts of the larger of 1 and the number.
    case passed(difference: Double)
    /// What differs, in words.
    case failed(String)
    /// The sentence.
    case refused(Problem)
  }

  /// The cases of a folder, by their names.
  package static func all(in folder: String) -> [ONNXCase] {
    names(in: folder).map { ONNXCase(name: $0, folder: "\(folder)/\($0)") }
      .filter { access("\($0.folder)/model.onnx", R_OK) == 0 }
  }

  package func outcome(_ tolerance: Tolerance = Tolerance()) -> Outcome {
    do {
      let file = try ONNXModel(path: "\(folder)/model.onnx")
      let kept = Set(file.graph.initializers.map(\.name))
      let names = file.graph.inputs.map(\.name).filter { !kept.contains($0) }
      var largest = 0.0
      for set in Self.names(in: folder) where set.hasPrefix("test_data_set") {
        let given = try tensors("input", in: set)
        let wanted = try tensors("output", in: set)
        let inputs = Dictionary(zip(names, given)) { first, _ in first }
        let found = try ONNXEvaluation(file, inputs: inputs).answers
        for (found, wanted) in zip(found, wanted) {
          switch Self.difference(found, wanted, tolerance) {
          case .success(let difference): largest = max(largest, difference)
          case .failure(let difference): return .failed(difference.text)
          }
        }
      }
      return .passed(difference: largest)
    } catch let problem as Problem {
      return .refused(problem)
    } catch {
      return .failed("an error that is no Problem: \(error)")
    }
  }

  private struct Difference: Error { let text: String }

  private static func difference(
    _ found: ONNXTensor, _ wanted: ONNXTensor, _ tolerance: Tolerance
  ) -> Result<Double, Difference> {
    guard found.extents == wanted.extents else {
      return .failure(
        Difference(text: "extents \(found.extents) instead of \(wanted.extents)"))
    }
    guard let a = found.doubles, let b = wanted.doubles else {
      return .failure(Difference(text: "texts"))
    }
    var largest = 0.0
    for (place, (a, b)) in zip(a, b).enumerated() where a != b && !(a.isNaN && b.isNaN) {
      let apart = (a - b).magnitude
      guard apart <= tolerance.absolute + tolerance.relative * b.magnitude else {
        return .failure(
          Difference(text: "\(Float(a)) instead of \(Float(b)) at \(place) of \(wanted.extents)"))
      }
      largest = max(largest, apart / max(1, b.magnitude))
    }
    return .success(largest)
  }

  private func tensors(_ kind: String, in set: String) throws -> [ONNXTensor] {
    var tensors: [ONNXTensor] = []
    while true {
      let path = "\(folder)/\(set)/\(kind)_\(tensors.count).pb"
      guard access(path, R_OK) == 0 else { return tensors }
      tensors.append(try ONNXTensor(path: path))
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
