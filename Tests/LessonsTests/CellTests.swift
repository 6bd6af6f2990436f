import Engine
import Networks
import Testing

@testable import Lessons

/// The cells that the lesson writes out gate by gate are those of the engine's layers.
@Suite struct CellTests {
  /// The states of a layer with one unit after each input of the lesson's sequence.
  private func states(
    _ layer: any Layer, _ name: String, kernel: [Double], recurrent: [Double], bias: [Double]
  ) throws -> [Double] {
    let sequence = RecurrenceLesson.sequence
    let graph = Graph()
    let input = try graph.input("x", shape: [1, sequence.count, 1])
    let output = try layer(input)
    return try graph.evaluate(
      [output],
      feeding: [
        "x": sequence, "\(name)/kernel": kernel, "\(name)/recurrent_kernel": recurrent,
        "\(name)/bias": bias,
      ])[0]
  }

  private func expectSame(_ a: [Double], _ b: [Double]) {
    #expect(a.count == b.count)
    for (x, y) in zip(a, b) { #expect((x - y).magnitude < 1e-12) }
  }

  @Test func theSimpleCell() throws {
    let cell = RecurrenceLesson.cell
    var h = 0.0
    expectSame(
      RecurrenceLesson.sequence.map {
        h = RecurrenceLesson.next($0, h)
        return h
      },
      try states(
        SimpleRNN(1, returnsSequences: true), "simple_rnn", kernel: [cell.input],
        recurrent: [cell.state], bias: [cell.bias]))
  }

  @Test func theLSTM() throws {
    let gates = RecurrenceLesson.gates
    var state = (h: 0.0, c: 0.0)
    expectSame(
      RecurrenceLesson.sequence.map {
        state = RecurrenceLesson.next($0, state)
        return state.h
      },
      try states(
        LSTM(1, returnsSequences: true), "lstm", kernel: gates.map(\.input),
        recurrent: gates.map(\.state), bias: gates.map(\.bias)))
  }

  @Test func theGRU() throws {
    let gates = RecurrenceLesson.gruGates
    var h = 0.0
    expectSame(
      RecurrenceLesson.sequence.map {
        h = RecurrenceLesson.nextOfGRU($0, h)
        return h
      },
      try states(
        GRU(1, returnsSequences: true), "gru", kernel: gates.map(\.input),
        recurrent: gates.map(\.state), bias: gates.map(\.bias) + [0, 0, 0]))
  }
}
