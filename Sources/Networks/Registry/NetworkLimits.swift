/// The largest numbers that a file may give a network. Each is far beyond any use, and small enough
/// that no sum or product of a few of them overflows.
package enum NetworkLimits {
  /// Units, filters, tokens: what weights are counted by.
  static let units: ClosedRange<Double> = 1...0x1p24
  /// Parts side by side: heads, groups.
  static let parts: ClosedRange<Double> = 1...0x1p16
  /// Cells of a window, or from one to another.
  static let window: ClosedRange<Double> = 1...0x1p16
  /// Zeros on one side.
  static let padding: ClosedRange<Double> = 0...0x1p16
  /// How often a value is repeated.
  static let repetitions: ClosedRange<Double> = 1...256
  /// Extents of a shape, counted before memory is.
  static let extent: ClosedRange<Double> = 1...0x1p30
  /// The place of a number among others, counted from 0.
  static let place: ClosedRange<Double> = 0...0x1p30
  /// Epochs or steps.
  package static let steps: ClosedRange<Double> = 1...0x1p40
  /// Epochs that are waited for.
  static let patience: ClosedRange<Double> = 1...0x1p30
  /// Shares, such as a rate of dropout.
  static let share: ClosedRange<Double> = 0...1
  /// What is added to keep a divisor above 0, and the like.
  static let above0: ClosedRange<Double> = 0x1p-1022...0x1p100
  /// Any number that stays finite in 32 bits, also squared once.
  static let number: ClosedRange<Double> = -0x1p63...0x1p63
  /// Whole numbers of settings that say nothing else.
  static let wholeNumber: ClosedRange<Double> = -0x1p30...0x1p30

  /// Layers of a network, those inside others included.
  package static let layers = 1000
  /// Numbers of any value of a network for one example: 1 GiB.
  package static let valuesOfExample = 1 << 28
}
