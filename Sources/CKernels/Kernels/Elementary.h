// exp, log, tanh and erf of a vector. Each reduces its argument to a short interval and evaluates
// there the polynomial of least relative error (fitted with the weight of that error, coefficients
// rounded to float one after another, the later ones refitted each time). The errors named are the
// largest seen against a Double reference; the tests hold the bounds.
#pragma once
#include "Vector.h"

// ln 2 in two parts: the high one has 12 significant bits, so n · high is exact for |n| < 2¹².
#define GB_LN2_HIGH 0x1.62ep-1f
#define GB_LN2_LOW 0x1.0bfbe8p-15f

// eˣ for |x| < 104 or NaN: x = n · ln 2 + r, |r| ≤ ln 2 / 2, eˣ = 2ⁿ · eʳ.
GB_INLINE vector exponential_within(vector x) {
  const vector shift = splat(0x1.8p23f);  // adding it rounds to the nearest integer
  vector shifted = multiply_add(x, splat(0x1.715476p0f), shift);
  integers n = bits_of(shifted) - bits_of(shift);
  vector count = shifted - shift;
  vector r = multiply_add(count, splat(-GB_LN2_HIGH), x);
  r = multiply_add(count, splat(-GB_LN2_LOW), r);

  vector q = splat(0x1.6a4f72p-10f);
  q = multiply_add(q, r, splat(0x1.12398p-7f));
  q = multiply_add(q, r, splat(0x1.5558aep-5f));
  q = multiply_add(q, r, splat(0x1.555492p-3f));
  q = multiply_add(q, r, splat(0x1.fffffcp-2f));
  vector power = multiply_add(q, r * r, r) + 1.0f;

  // 2ⁿ in two factors, so that n from -151 to 150 passes through normal numbers only.
  integers half = n >> 1;
  vector first = from_bits((half + 127) << 23), second = from_bits((n - half + 127) << 23);
  return power * first * second;
}

// eˣ: 1 ULP; denormal results within 1 ULP of theirs (not flushed); +∞ above 88.72, 0 below -104.
GB_INLINE vector exponential(vector x) {
  x = x > 104.0f ? splat(104.0f) : x;
  x = x < -104.0f ? splat(-104.0f) : x;  // a NaN passes both
  return exponential_within(x);
}

// ln x: 0.8 ULP over all positive floats, denormals included; -∞ at ±0, NaN below.
GB_INLINE vector logarithm(vector x) {
  // x = 2ᵉ · m with m in [2/3, 4/3).
  integers denormal = x < 0x1p-126f;
  vector scaled = denormal ? x * 0x1p23f : x;
  integers e = (bits_of(scaled) - 0x3f2aaaab) >> 23;
  vector f = from_bits(bits_of(scaled) - (e << 23)) - 1.0f;
  vector exponent = __builtin_convertvector(denormal ? e - 23 : e, vector);

  vector q = splat(-0x1.07e5fep-3f);
  q = multiply_add(q, f, splat(0x1.1e73a2p-3f));
  q = multiply_add(q, f, splat(-0x1.f32076p-4f));
  q = multiply_add(q, f, splat(0x1.1ed424p-3f));
  q = multiply_add(q, f, splat(-0x1.559d36p-3f));
  q = multiply_add(q, f, splat(0x1.99d05ep-3f));
  q = multiply_add(q, f, splat(-0x1.fffef4p-3f));
  q = multiply_add(q, f, splat(0x1.555506p-2f));

  // ln(1 + f) = f - f²/2 + f³ q(f), the small terms first.
  vector square = f * f;
  vector small = multiply_add(exponent, splat(GB_LN2_LOW), q * f * square);
  small = multiply_add(square, splat(-0.5f), small);
  vector result = multiply_add(exponent, splat(GB_LN2_HIGH), f + small);

  result = x == 0.0f ? splat(-__builtin_inff()) : result;
  result = x < 0.0f ? splat(__builtin_nanf("")) : result;
  result = x == __builtin_inff() ? x : result;
  return x != x ? x : result;
}

// The sign of `sign` on the magnitude `value`.
GB_INLINE vector with_sign(vector value, vector sign) {
  return from_bits((bits_of(value) & 0x7fffffff) | (bits_of(sign) & (int32_t)0x80000000));
}

// tanh x: 1.4 ULP. x + x³ q(x²) below 0.625, 1 - 2 / (e²ˣ + 1) above.
GB_INLINE vector hyperbolic_tangent(vector x) {
  vector magnitude = __builtin_elementwise_abs(x);
  vector square = x * x;
  vector q = splat(-0x1.7547e2p-8f);
  q = multiply_add(q, square, splat(0x1.5203f4p-6f));
  q = multiply_add(q, square, splat(-0x1.b836f4p-5f));
  q = multiply_add(q, square, splat(0x1.1106fcp-3f));
  q = multiply_add(q, square, splat(-0x1.555532p-2f));
  vector near = multiply_add(q * square, x, x);

  vector doubled = magnitude > 10.0f ? splat(20.0f) : 2.0f * magnitude;  // from 9.02 on it is 1
  vector far = 1.0f - 2.0f / (exponential_within(doubled) + 1.0f);
  return with_sign(magnitude < 0.625f ? near : far, x);  // near loses the sign of -0
}

// erf x: 1.3 ULP. x + x p(x²) below 0.9375, 1 - exp(ln erfc |x|) above, with a polynomial for ln erfc.
GB_INLINE vector error_function(vector x) {
  vector magnitude = __builtin_elementwise_abs(x);
  vector square = x * x;
  vector p = splat(0x1.4fa924p-14f);
  p = multiply_add(p, square, splat(-0x1.a6181p-11f));
  p = multiply_add(p, square, splat(0x1.544b08p-8f));
  p = multiply_add(p, square, splat(-0x1.b80124p-6f));
  p = multiply_add(p, square, splat(0x1.ce2d64p-4f));
  p = multiply_add(p, square, splat(-0x1.81274p-2f));
  p = multiply_add(p, square, splat(0x1.06eba8p-3f));
  vector near = multiply_add(p, x, x);

  vector t = magnitude > 3.94f ? splat(3.94f) : magnitude;  // from 3.92 on it is 1
  vector l = splat(0x1.9ae6d4p-13f);
  l = multiply_add(l, t, splat(-0x1.8ee09ep-9f));
  l = multiply_add(l, t, splat(0x1.6c2a4p-6f));
  l = multiply_add(l, t, splat(-0x1.a9b424p-4f));
  l = multiply_add(l, t, splat(-0x1.463cc0p-1f));
  l = multiply_add(l, t, splat(-0x1.20af5ap0f));
  l = multiply_add(l, t, splat(-0x1.9a57cep-13f));
  vector far = 1.0f - exponential_within(l);
  return magnitude < 0.9375f ? near : with_sign(far, x);
}
