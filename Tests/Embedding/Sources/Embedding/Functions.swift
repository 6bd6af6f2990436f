import Glassbox

/// Derivatives of functions of one's own.
enum Functions {
  static func check() throws {
    // A gradient in three lines.
    let slope = grad { x in try (x * x * x).sum() }
    let point = try Tensor([3], [1, 2, -1])
    try require(slope(point).values == [3, 12, 3], "the gradient of Σx³ is 3x²")

    let cube = TensorFunction { x in try x * x * x }
    let bend = grad(grad(cube))
    try require(
      bend(Tensor(repeating: 2, shape: .scalar)).values == [12], "the second derivative of x³ is 6x"
    )
  }
}
