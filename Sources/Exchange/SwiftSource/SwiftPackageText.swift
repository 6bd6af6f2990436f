/// The files of a package beside its networks.
struct SwiftPackageText {
  let name: String

  var manifest: String {
    """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "\(name)",
      products: [.library(name: "\(name)", targets: ["\(name)"])],
      targets: [
        .target(
          name: "C\(name)", exclude: ["weights.bin"],
          linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux, .android]))]),
        .target(name: "\(name)", dependencies: ["C\(name)"]),
      ])

    """
  }

  var header: String {
    """
    #pragma once

    // The functions of the C library that the network needs; without its header they are declared here.
    #if __has_include(<math.h>)
    #include <math.h>
    #else
    float expf(float);
    float logf(float);
    float tanhf(float);
    float erff(float);
    double exp(double);
    #endif

    static inline float c_exp(float x) { return expf(x); }
    static inline float c_log(float x) { return logf(x); }
    static inline float c_tanh(float x) { return tanhf(x); }
    static inline float c_erf(float x) { return erff(x); }
    static inline double c_exp_wide(double x) { return exp(x); }

    const float *_Nonnull \(name)_weights(void);

    """
  }

  var moduleMap: String {
    """
    module C\(name) {
      header "C\(name).h"
      export *
    }

    """
  }

  /// The weights, which the compiler reads from the file beside.
  func weights(count: Int) -> String {
    guard count > 0 else {
      return """
        #include "C\(name).h"

        static const float none[1];

        const float *\(name)_weights(void) { return none; }

        """
    }
    return """
      #include "C\(name).h"

      #pragma clang diagnostic ignored "-Wc23-extensions"

      // \(count) numbers of 32 bits, the lowest byte first.
      static const union {
        unsigned char bytes[\(4 * count)];
        float numbers[\(count)];
      } weights = {{
      #embed "weights.bin"
      }};

      const float *\(name)_weights(void) { return weights.numbers; }

      """
  }

  /// - Parameter call: how the network is asked.
  func readme(call: String, notes: [String]) -> String {
    """
    # \(name)

    A network as a Swift package that needs nothing else, not even Foundation; it compiles as Embedded Swift too.
    Beside this package stands its user:

        .package(path: "\(name)")                      // in Package.swift, and "\(name)" among the dependencies

        import \(name)
        let answer = \(call)

    `Sources/\(name)/\(name).swift` computes the network, one line for each step; `Sources/C\(name)/weights.bin` holds
    its weights, which the compiler (Swift 6.1 or newer) puts into the program. Build with `-c release`.

    """ + (notes.isEmpty ? "" : "\nWhat is not in it:\n\n" + notes.map { "- \($0)\n" }.joined())
  }
}
