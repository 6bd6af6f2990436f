#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A matrix product as the benchmark asks for it: row-major, either operand transposed or not.
struct Task {
  let rows, columns, depth: Int
  var transposesA = false
  var transposesB = false
  let a, b, c: UnsafeMutablePointer<Float>

  /// The length of a row of a, b and c as they lie.
  var strides: (a: Int, b: Int, c: Int) {
    (transposesA ? rows : depth, transposesB ? depth : columns, columns)
  }
}

/// Another library's product, found by name when the benchmark runs.
struct Library {
  let name: String
  let run: (Task) -> Void

  /// Those that this machine has. One thread each.
  static func installed() -> [Library] {
    // Read when a library is loaded.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] { setenv(name, "1", 1) }
    return [oneDNN(), openBLAS()].compactMap { $0 }
  }

  private static func symbol(_ name: String, in files: [String]) -> UnsafeMutableRawPointer? {
    for file in files {
      if let handle = dlopen(file, RTLD_NOW), let symbol = dlsym(handle, name) { return symbol }
    }
    return nil
  }

  private static func oneDNN() -> Library? {
    typealias Call =
      @convention(c) (
        CChar, CChar, Int, Int, Int, Float, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int,
        Float, UnsafeMutablePointer<Float>, Int
      ) -> CInt
    let files = ["libdnnl.so", "libdnnl.so.3", "libdnnl.so.2", "libdnnl.dylib"]
    guard let symbol = symbol("dnnl_sgemm", in: files) else { return nil }
    let call = unsafeBitCast(symbol, to: Call.self)
    let (no, yes) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")))
    return Library(name: "oneDNN") { task in
      _ = call(
        task.transposesA ? yes : no, task.transposesB ? yes : no, task.rows, task.columns,
        task.depth, 1, task.a, task.strides.a, task.b, task.strides.b, 0, task.c, task.strides.c)
    }
  }

  private static func openBLAS() -> Library? {
    typealias Call =
      @convention(c) (
        CInt, CInt, CInt, CInt, CInt, CInt, Float, UnsafePointer<Float>, CInt, UnsafePointer<Float>,
        CInt, Float, UnsafeMutablePointer<Float>, CInt
      ) -> Void
    let files = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"]
    guard let symbol = symbol("cblas_sgemm", in: files) else { return nil }
    let call = unsafeBitCast(symbol, to: Call.self)
    let (rowMajor, no, yes) = (CInt(101), CInt(111), CInt(112))
    return Library(name: "OpenBLAS") { task in
      call(
        rowMajor, task.transposesA ? yes : no, task.transposesB ? yes : no, CInt(task.rows),
        CInt(task.columns), CInt(task.depth), 1, task.a, CInt(task.strides.a), task.b,
        CInt(task.strides.b), 0, task.c, CInt(task.strides.c))
    }
  }
}
