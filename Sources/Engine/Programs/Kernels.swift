import CKernels
import Platform

/// A set of fast loops for one instruction set.
public struct Kernels: @unchecked Sendable {
  // A constant table in the program's text; never written.
  let table: gb_kernels

  /// `avx512`, `avx2`, `neon` or `portable`.
  public var name: String { String(cString: table.name) }

  /// The set of a given name, or the best one this processor runs.
  /// - Throws: ``Problem`` when this processor or this build does not have it.
  public init(named name: String? = nil) throws {
    guard let table = gb_kernels_named(name) else {
      throw Problem.unknown(
        "GLASSBOX_KERNELS", name ?? "none", among: Self.available,
        otherwise: "unset it to use the best set for this processor")
    }
    self.table = table.pointee
  }

  /// The set that the environment variable `GLASSBOX_KERNELS` names, or the best one.
  /// - Throws: ``Problem`` when the variable names a set that cannot run here.
  public static func chosen() throws -> Kernels {
    try Kernels(named: getenv("GLASSBOX_KERNELS").map { String(cString: $0) })
  }

  /// The names of the sets that run on this processor.
  public static var available: [String] {
    ["avx512", "avx2", "neon", "portable"].filter { gb_kernels_named($0) != nil }
  }
}
