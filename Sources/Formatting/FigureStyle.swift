/// The colours of all figures, light and dark. Series differ in lightness and dash as well as in
/// hue; the hues are those of Okabe and Ito's palette, which colour-blind people tell apart, made
/// darker or lighter for contrast with the paper.
package enum FigureStyle {
  /// The style sheet.
  package static let css =
    """
    .figure{--ink:#1b1b1f;--soft:#5a5a63;--grid:#dedee3;--paper:#fff;\
    \(variables(series.map(\.light)))\
    background:var(--paper);font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    @media (prefers-color-scheme:dark){.figure{--ink:#ececf1;--soft:#a9a9b4;--grid:#3a3a42;\
    --paper:#17171b;\(variables(series.map(\.dark)))}}
    .figure text{fill:var(--ink)}
    .figure .soft{fill:var(--soft);font-size:11px}
    .figure .small{font-size:10px}
    .figure .strong{font-weight:600;font-size:13px}
    .figure .onFill{fill:var(--paper)}
    .figure .grid{stroke:var(--grid);stroke-width:1}
    .figure .axis{stroke:var(--soft);stroke-width:1}
    .figure .guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 3;fill:none}
    .figure .box{stroke:var(--soft);stroke-width:1;fill:none}
    .figure .unit{stroke:var(--ink);stroke-width:1;fill:var(--paper)}
    .figure .edge{stroke:var(--grid);stroke-width:1}
    .figure .contour{stroke:#1b1b1f;stroke-width:.7;fill:none;opacity:.45}
    .figure .halo{stroke:var(--paper);stroke-width:4.5;fill:none;stroke-linejoin:round}
    .figure .curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .figure .dash1{stroke-dasharray:6 4}.figure .dash2{stroke-dasharray:2 4}\
    .figure .dash3{stroke-dasharray:9 3 2 3}.figure .dash4{stroke-dasharray:12 4}\
    .figure .dash5{stroke-dasharray:3 2}
    .figure image{image-rendering:pixelated}
    @media (prefers-color-scheme:dark){.figure image.tint{opacity:.5}}
    \(series.indices.map {
      ".figure .line\($0){stroke:var(--s\($0))}.figure .fill\($0){fill:var(--s\($0))}"
    }.joined(separator: "\n"))
    """

  /// The colours of series on light and on dark paper, as 0xRRGGBB.
  package static let series: [(light: Int, dark: Int)] = [
    (0x0067A5, 0x5FB5F2), (0xC24A00, 0xFF9A57), (0x00775A, 0x45D3A7), (0x9C4079, 0xEC9FCB),
    (0x806000, 0xE5C64F), (0x55555C, 0xB9B9C2),
  ]

  private static func variables(_ colours: [Int]) -> String {
    colours.enumerated().map { place, colour in
      let (name, digits) = ("s\(place)", String(colour, radix: 16))
      return "--\(name):#" + String(repeating: "0", count: 6 - digits.count) + digits + ";"
    }.joined()
  }
}
