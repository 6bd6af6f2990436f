/// An op whose definition is compiled for the numbers it is run with most. Generic code that all numbers
/// share is a hundred times slower; here each op's own copies are made, because these are not generic.
package protocol SpecializedOp: Op {
  func value(at cell: Int, of inputs: [Elements<Double>]) -> Double
  func value(at cell: Int, of inputs: [Elements<MovedNumber>]) -> MovedNumber
  func values(of inputs: [Elements<Double>], count: Int) -> [Double]
  func values(of inputs: [Elements<MovedNumber>], count: Int) -> [MovedNumber]
}

extension SpecializedOp {
  package func value(at cell: Int, of inputs: [Elements<Double>]) -> Double {
    value(at: cell, inputs)
  }
  package func value(at cell: Int, of inputs: [Elements<MovedNumber>]) -> MovedNumber {
    value(at: cell, inputs)
  }
  package func values(of inputs: [Elements<Double>], count: Int) -> [Double] {
    values(inputs, count: count)
  }
  package func values(of inputs: [Elements<MovedNumber>], count: Int) -> [MovedNumber] {
    values(inputs, count: count)
  }
}
