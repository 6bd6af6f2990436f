/// What the Sobol sequence of a dimension is made of.
struct SobolNumbers {
  /// Of the primitive polynomial.
  let degree: Int
  /// Its coefficients but the first and the last, as bits.
  let coefficients: Int
  /// The first direction numbers, as many as the degree.
  let first: [Int]

  private init(_ degree: Int, _ coefficients: Int, _ first: [Int]) {
    (self.degree, self.coefficients, self.first) = (degree, coefficients, first)
  }

  /// For the dimensions from the second on: Joe and Kuo, *Constructing Sobol sequences with better
  /// two-dimensional projections*, SIAM J. Sci. Comput. 30 (2008), file `new-joe-kuo-6.21201`.
  static let all = [
    SobolNumbers(1, 0, [1]),
    SobolNumbers(2, 1, [1, 3]),
    SobolNumbers(3, 1, [1, 3, 1]),
    SobolNumbers(3, 2, [1, 1, 1]),
    SobolNumbers(4, 1, [1, 1, 3, 3]),
    SobolNumbers(4, 4, [1, 3, 5, 13]),
    SobolNumbers(5, 2, [1, 1, 5, 5, 17]),
    SobolNumbers(5, 4, [1, 1, 5, 5, 5]),
    SobolNumbers(5, 7, [1, 1, 7, 11, 19]),
    SobolNumbers(5, 11, [1, 1, 5, 1, 1]),
    SobolNumbers(5, 13, [1, 1, 1, 3, 11]),
    SobolNumbers(5, 14, [1, 3, 5, 5, 31]),
    SobolNumbers(6, 1, [1, 3, 3, 9, 7, 49]),
    SobolNumbers(6, 13, [1, 1, 1, 15, 21, 21]),
    SobolNumbers(6, 16, [1, 3, 1, 13, 27, 49]),
    SobolNumbers(6, 19, [1, 1, 1, 15, 7, 5]),
    SobolNumbers(6, 22, [1, 3, 1, 15, 13, 25]),
    SobolNumbers(6, 25, [1, 1, 5, 5, 19, 61]),
    SobolNumbers(7, 1, [1, 3, 7, 11, 23, 15, 103]),
    SobolNumbers(7, 4, [1, 3, 7, 13, 13, 15, 69]),
    SobolNumbers(7, 7, [1, 1, 3, 13, 7, 35, 63]),
    SobolNumbers(7, 8, [1, 3, 5, 9, 1, 25, 53]),
    SobolNumbers(7, 14, [1, 3, 1, 13, 9, 35, 107]),
    SobolNumbers(7, 19, [1, 3, 1, 5, 27, 61, 31]),
    SobolNumbers(7, 21, [1, 1, 5, 11, 19, 41, 61]),
    SobolNumbers(7, 28, [1, 3, 5, 3, 3, 13, 69]),
    SobolNumbers(7, 31, [1, 1, 7, 13, 1, 19, 1]),
    SobolNumbers(7, 32, [1, 3, 7, 5, 13, 19, 59]),
    SobolNumbers(7, 37, [1, 1, 3, 9, 25, 29, 41]),
    SobolNumbers(7, 41, [1, 3, 5, 13, 23, 1, 55]),
    SobolNumbers(7, 42, [1, 3, 7, 3, 13, 59, 17]),
    SobolNumbers(7, 50, [1, 3, 1, 3, 5, 53, 69]),
    SobolNumbers(7, 55, [1, 1, 5, 5, 23, 33, 13]),
    SobolNumbers(7, 56, [1, 1, 7, 7, 1, 61, 123]),
    SobolNumbers(7, 59, [1, 1, 7, 9, 13, 61, 49]),
    SobolNumbers(7, 62, [1, 3, 3, 5, 3, 55, 33]),
    SobolNumbers(8, 14, [1, 3, 1, 15, 31, 13, 49, 245]),
    SobolNumbers(8, 21, [1, 3, 5, 15, 31, 59, 63, 97]),
    SobolNumbers(8, 22, [1, 3, 1, 11, 11, 11, 77, 249]),
    SobolNumbers(8, 38, [1, 3, 1, 11, 27, 43, 71, 9]),
    SobolNumbers(8, 47, [1, 1, 7, 15, 21, 11, 81, 45]),
    SobolNumbers(8, 49, [1, 3, 7, 3, 25, 31, 65, 79]),
    SobolNumbers(8, 50, [1, 3, 1, 1, 19, 11, 3, 205]),
    SobolNumbers(8, 52, [1, 1, 5, 9, 19, 21, 29, 157]),
    SobolNumbers(8, 56, [1, 3, 7, 11, 1, 33, 89, 185]),
    SobolNumbers(8, 67, [1, 3, 3, 3, 15, 9, 79, 71]),
    SobolNumbers(8, 70, [1, 3, 7, 11, 15, 39, 119, 27]),
    SobolNumbers(8, 84, [1, 1, 3, 1, 11, 31, 97, 225]),
    SobolNumbers(8, 97, [1, 1, 1, 3, 23, 43, 57, 177]),
    SobolNumbers(8, 103, [1, 3, 7, 7, 17, 17, 37, 71]),
    SobolNumbers(8, 115, [1, 3, 1, 5, 27, 63, 123, 213]),
    SobolNumbers(8, 122, [1, 1, 3, 5, 11, 43, 53, 133]),
    SobolNumbers(9, 8, [1, 3, 5, 5, 29, 17, 47, 173, 479]),
    SobolNumbers(9, 13, [1, 3, 3, 11, 3, 1, 109, 9, 69]),
    SobolNumbers(9, 16, [1, 1, 1, 5, 17, 39, 23, 5, 343]),
    SobolNumbers(9, 22, [1, 3, 1, 5, 25, 15, 31, 103, 499]),
    SobolNumbers(9, 25, [1, 1, 1, 11, 11, 17, 63, 105, 183]),
    SobolNumbers(9, 44, [1, 1, 5, 11, 9, 29, 97, 231, 363]),
    SobolNumbers(9, 47, [1, 1, 5, 15, 19, 45, 41, 7, 383]),
    SobolNumbers(9, 52, [1, 3, 7, 7, 31, 19, 83, 137, 221]),
    SobolNumbers(9, 55, [1, 1, 1, 3, 23, 15, 111, 223, 83]),
    SobolNumbers(9, 59, [1, 1, 5, 13, 31, 15, 55, 25, 161]),
    SobolNumbers(9, 62, [1, 1, 3, 13, 25, 47, 39, 87, 257]),
  ]
}
