import CKernels
import Testing

@Suite struct DispatchTests {
  @Test func namesGiveTheirTables() {
    for kernels in kernelSets {
      #expect(kernels.product_row_block > 0 && kernels.product_column_block > 0)
      #expect(gb_kernels_named(kernels.title)!.pointee.title == kernels.title)
    }
    #expect(kernelSets.contains { $0.title == "portable" })
    #expect(gb_kernels_named("abacus") == nil)
  }

  @Test func theBestIsOneOfThem() {
    let best = gb_kernels_named(nil)!.pointee.title
    #expect(kernelSets.contains { $0.title == best })
    if kernelSets.count > 1 { #expect(best != "portable") }
  }
}
