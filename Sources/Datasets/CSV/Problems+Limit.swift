import Engine

extension Problems {
  /// How many problems of one file are told at once.
  static let limit = 20
}
