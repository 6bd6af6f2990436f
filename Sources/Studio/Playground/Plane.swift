/// The planes of points that a playground begins with.
package enum Plane: String, Codable, Sendable, CaseIterable {
  case circles
  case exclusiveOr = "exclusive_or"
  case gaussians, spirals, moons
  /// A number to be foreseen: a slope, and hills.
  case slope, hills
}
