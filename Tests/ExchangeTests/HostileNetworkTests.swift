import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Exchange

/// Files that were damaged, or made to do harm: each number of each small network becomes one that no file should
/// hold.
@Suite struct HostileNetworkTests {
  static let names = ((try? repositoryFiles(in: "Fuzzing/Seeds/onnx")) ?? []).sorted()

  private func file(_ name: String) throws -> ONNXModel {
    try ONNXModel(path: repositoryPath("Fuzzing/Seeds/onnx/\(name)"))
  }

  private static let numbers = [
    0, -1, 1, 2, 7, 100_000, .min, .max, .min + 1, 1 << 31, 1 << 40, -(1 << 62), 1 << 62,
  ]

  /// The network with one change after another.
  private func changed(_ file: ONNXModel) -> [(place: String, file: ONNXModel)] {
    var all: [(place: String, file: ONNXModel)] = []
    func add(_ place: String, _ change: (inout ONNXModel) -> Void) {
      var copy = file
      change(&copy)
      all.append((place, copy))
    }
    for (index, node) in file.graph.nodes.enumerated() {
      for (name, value) in node.attributes {
        for number in Self.numbers {
          let place = "\(node.operation).\(name) = \(number)"
          switch value {
          case .integer:
            add(place) { $0.graph.nodes[index].attributes[name] = .integer(number) }
          case .integers(let list):
            for entry in list.indices {
              var list = list
              list[entry] = number
              add(place) { $0.graph.nodes[index].attributes[name] = .integers(list) }
            }
          default: break
          }
        }
        add("\(node.operation).\(name) empty") {
          $0.graph.nodes[index].attributes[name] = .integers([])
        }
        add("\(node.operation) without \(name)") {
          $0.graph.nodes[index].attributes[name] = nil
        }
      }
      for input in node.inputs.indices {
        for other in ["x", "", node.inputs.last ?? ""] {
          add("\(node.operation): input \(input) is `\(other)`") {
            $0.graph.nodes[index].inputs[input] = other
          }
        }
      }
      add("\(node.operation) of one input") {
        $0.graph.nodes[index].inputs = Array(node.inputs.prefix(1))
      }
    }
    for (index, tensor) in file.graph.initializers.enumerated() {
      if case .integers(let list) = tensor.elements {
        for entry in list.indices {
          for number in Self.numbers {
            var list = list
            list[entry] = number
            add("\(tensor.name)[\(entry)] = \(number)") {
              $0.graph.initializers[index].elements = .integers(list)
            }
          }
        }
      }
      for extents in [[], [tensor.elements.count], [1, tensor.elements.count, 1]] {
        guard extents.reduce(1, *) == tensor.elements.count else { continue }
        add("\(tensor.name) of \(extents)") { $0.graph.initializers[index].extents = extents }
      }
      add("\(tensor.name) empty") {
        $0.graph.initializers[index].extents = [0]
        $0.graph.initializers[index].elements = .integers([])
      }
    }
    for axis in (file.graph.inputs.first?.extents ?? []).indices {
      for number in Self.numbers {
        add("extent \(axis) of the input = \(number)") {
          $0.graph.inputs[0].extents?[axis] = .known(number)
        }
      }
    }
    return all
  }

  /// Good ones are read; damaged ones are read or refused, and none traps, hangs or takes the memory.
  @Test(arguments: names) func areReadOrRefused(_ name: String) throws {
    let good = try file(name)
    _ = try ONNXImport(good, at: name).model(loss: .meanSquaredError)
    _ = try ONNXEvaluation(good, inputs: good.smallInputs)
    // Too slow a one shows as a test that does not end.
    for (place, file) in changed(good) {
      let start = ContinuousClock.now
      for attempt in [evaluate, load] {
        do {
          try attempt(file)
        } catch {
          #expect(error is Problem, "\(place): \(error)")
        }
      }
      #expect(ContinuousClock.now - start < .seconds(20), "\(place)")
    }
  }

  private func evaluate(_ file: ONNXModel) throws {
    _ = try ONNXEvaluation(file, inputs: file.smallInputs, most: 0x1p18)
  }

  private func load(_ file: ONNXModel) throws {
    _ = try ONNXImport(file, at: "file").model(loss: .meanSquaredError)
  }

  /// Very many nodes are refused before they become a network, in seconds.
  @Test func manyNodes() throws {
    var file = try file("dense.onnx")
    var last = file.graph.nodes.removeLast()
    let first = last.inputs[0]
    let count = 500_000
    for place in 0..<count {
      var node = ONNXNode()
      node.operation = "Neg"
      node.inputs = [place == 0 ? first : "v\(place - 1)"]
      node.outputs = ["v\(place)"]
      file.graph.nodes.append(node)
    }
    last.inputs = ["v\(count - 1)"]
    file.graph.nodes.append(last)
    #expect(throws: Problem.self) { try ONNXImport(file, at: "file") }
  }
}
