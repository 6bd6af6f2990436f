import Datasets
import Engine
import Testing

@Suite struct QuantileBinsTests {
  private func edges(
    _ rows: [[Float]], bins: Int = 4, most: Int = 100
  ) throws -> [[Double]] {
    let inputs = try Examples(shape: [rows[0].count], floats: rows.flatMap { $0 })
    return QuantileBins.edges(of: inputs, bins: bins, most: most)
  }

  @Test func edgesAreQuantiles() throws {
    #expect(try edges((0...8).map { [Float($0 * $0)] }) == [[0, 4, 16, 36, 64]])
  }

  @Test func inputsOfTwoValuesHaveNone() throws {
    let rows = (0..<20).map { [Float($0 % 2), 7, Float($0 % 3)] }
    #expect(try edges(rows) == [[], [], [0, 1, 2]])
  }

  @Test func repeatedValuesMakeFewerBins() throws {
    #expect(try edges([[0], [0], [0], [0], [0], [0], [1], [2], [3]]) == [[0, 1, 3]])
    // All but a few rows in one value: no edge between them would have rows on both sides.
    #expect(try edges([Float](repeating: 0, count: 50).map { [$0] } + [[1], [2]]) == [[]])
  }

  @Test func manyInputsShareTheBins() throws {
    let rows = (0..<64).map { row in (0..<10).map { Float(row * ($0 + 1)) } }
    #expect(try edges(rows, bins: 8, most: 40).map(\.count) == [Int](repeating: 5, count: 10))
    #expect(try edges(rows, bins: 8, most: 19).map(\.count) == [Int](repeating: 0, count: 10))
  }

  @Test func manyRowsAreLookedAtFromBeginningToEnd() throws {
    let edges = try edges((0..<30_000).map { [Float($0)] }, bins: 2)[0]
    #expect(edges.count == 3 && edges[0] == 0)
    #expect(abs(edges[1] - 15_000) < 10 && edges[2] > 29_990)
  }
}
