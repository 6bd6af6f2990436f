// Recipes: a short list of instructions, run tile by tile so that every intermediate value stays in
// the first-level cache. A tile is cut into vectors; a tile whose length is not a multiple of the
// vector is computed wholly in scratch, with padding, so that its values come from the same code.
#pragma once
#include "Elementary.h"

// Where the values of each register lie for the tile at hand.
typedef struct {
  float *registers[gb_maximum_registers];
  float *scratch;
  bool written[gb_maximum_registers];     // by an instruction
  bool kept_apart[gb_maximum_registers];  // an input whose memory is overwritten before its last use
  int32_t output_of[gb_maximum_registers];  // the output that may hold the register, or -1
  int64_t phase[gb_maximum_registers];    // of the row laid into the register, or -1
} recipe_state;

GB_INLINE float *scratch_of(const recipe_state *state, int32_t number) {
  return state->scratch + (int64_t)number * gb_tile;
}

GB_INLINE void fill(float *to, float value, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = value;
}

static bool reads(const gb_instruction *step, int32_t number) {
  switch (step->operation) {
    case GB_SELECT_GREATER:
      return step->a == number || step->b == number || step->c == number || step->d == number;
    case GB_ADD:
    case GB_SUBTRACT:
    case GB_MULTIPLY:
    case GB_DIVIDE:
    case GB_MAXIMUM:
    case GB_MINIMUM:
      return step->a == number || step->b == number;
    default:
      return step->a == number;
  }
}

// The first instruction that writes a register; the instruction count when only the final copy does.
static int32_t first_write(const gb_recipe *recipe, int32_t number) {
  for (int32_t k = 0; k < recipe->instruction_count; k++) {
    if (recipe->instructions[k].destination == number) return k;
  }
  return recipe->instruction_count;
}

// True when the values of `input` are still needed after the memory of `output` begins to change.
static bool outlives(const gb_recipe *recipe, const recipe_state *state, int32_t input,
                     int32_t output) {
  int32_t number = recipe->inputs[input].destination;
  int32_t source = recipe->outputs[output].source;
  int32_t start = recipe->instruction_count;
  if (state->output_of[source] == output) start = first_write(recipe, source);
  for (int32_t k = start + 1; k < recipe->instruction_count; k++) {
    if (reads(&recipe->instructions[k], number)) return true;
  }
  // Final copies run in the order of the outputs.
  for (int32_t other = 0; other < recipe->output_count; other++) {
    bool later = start < recipe->instruction_count || other > output;
    if (later && recipe->outputs[other].source == number) return true;
  }
  return false;
}

static void plan_recipe(const gb_recipe *recipe, recipe_state *state, float *scratch) {
  state->scratch = scratch;
  for (int32_t r = 0; r < gb_maximum_registers; r++) {
    state->written[r] = state->kept_apart[r] = false;
    state->output_of[r] = -1;
    state->phase[r] = -1;
  }
  for (int32_t k = 0; k < recipe->instruction_count; k++) {
    state->written[recipe->instructions[k].destination] = true;
  }
  for (int32_t o = recipe->output_count - 1; o >= 0; o--) {
    if (state->written[recipe->outputs[o].source]) state->output_of[recipe->outputs[o].source] = o;
  }
  // A register that an input or a constant fills is not also an output's memory: filling it would
  // change that memory before the first instruction.
  for (int32_t i = 0; i < recipe->input_count; i++) {
    state->output_of[recipe->inputs[i].destination] = -1;
  }
  for (int32_t c = 0; c < recipe->constant_count; c++) {
    state->output_of[recipe->constants[c].destination] = -1;
  }
  for (int32_t i = 0; i < recipe->input_count; i++) {
    const gb_recipe_input *input = &recipe->inputs[i];
    bool apart = state->written[input->destination];
    for (int32_t o = 0; o < recipe->output_count && !apart; o++) {
      apart = recipe->outputs[o].base == input->base && outlives(recipe, state, i, o);
    }
    state->kept_apart[input->destination] = apart;
  }
}

// base[i % columns] for `count` elements whose first stands at `phase`: once round the row, then
// doubling what is there.
static void lay_row(float *to, const float *base, int64_t columns, int64_t phase, int64_t count) {
  int64_t done = smaller_of(columns - phase, count);
  memcpy(to, base + phase, (size_t)done * sizeof(float));
  if (done < count) {
    int64_t more = smaller_of(phase, count - done);
    memcpy(to + done, base, (size_t)more * sizeof(float));
    done += more;
  }
  while (done < count) {  // `done` is now a multiple of `columns`
    int64_t more = smaller_of(done, count - done);
    memcpy(to + done, to, (size_t)more * sizeof(float));
    done += more;
  }
}

static void lay_column(float *to, const float *base, int64_t columns, int64_t start, int64_t count) {
  int64_t row = start / columns, left = columns - start % columns;
  for (int64_t done = 0; done < count; row++, left = columns) {
    int64_t more = smaller_of(left, count - done);
    fill(to + done, base[row], more);
    done += more;
  }
}

// Makes an input known by its register. `padded` is `count` rounded up to whole vectors.
static void bring_input(const gb_recipe_input *input, recipe_state *state, int64_t start,
                        int64_t count, int64_t padded) {
  int32_t number = input->destination;
  bool in_place = count == padded && !state->kept_apart[number];
  float *to = scratch_of(state, number);
  int32_t layout = input->layout;
  if (layout == GB_COLUMN && input->columns == 1) layout = GB_FULL;
  state->registers[number] = to;
  switch (layout) {
    case GB_FULL:
      if (in_place) {
        state->registers[number] = (float *)input->base + start;
        return;
      }
      memcpy(to, input->base + start, (size_t)count * sizeof(float));
      break;
    case GB_ROW: {
      int64_t phase = start % input->columns;
      if (in_place && phase + count <= input->columns) {
        state->registers[number] = (float *)input->base + phase;
        return;
      }
      if (state->phase[number] == phase && !state->written[number]) return;
      lay_row(to, input->base, input->columns, phase, count);
      // Later tiles are never longer than the first, so a laid row serves each of the same phase.
      state->phase[number] = phase;
      break;
    }
    case GB_COLUMN:
      lay_column(to, input->base, input->columns, start, count);
      break;
    default:  // GB_SCALAR: laid once for all tiles, unless an instruction overwrites it
      if (state->phase[number] >= 0 && !state->written[number]) return;
      fill(to, input->base[0], gb_tile);
      state->phase[number] = 0;
      return;
  }
  fill(to + count, 0, padded - count);
}

#define GB_EACH(value)                                              \
  _Pragma("clang loop unroll_count(2)")                             \
  for (int64_t i = 0; i < count; i += GB_LANES) store(to + i, value); \
  break

// One instruction over a whole number of vectors. The destination may be any of the sources.
static void run_instruction(const gb_instruction *step, float *const *registers, int64_t count) {
  float *to = registers[step->destination];
  const float *a = registers[step->a];
  switch (step->operation) {
    case GB_ADD: { const float *b = registers[step->b]; GB_EACH(load(a + i) + load(b + i)); }
    case GB_SUBTRACT: { const float *b = registers[step->b]; GB_EACH(load(a + i) - load(b + i)); }
    case GB_MULTIPLY: { const float *b = registers[step->b]; GB_EACH(load(a + i) * load(b + i)); }
    case GB_DIVIDE: { const float *b = registers[step->b]; GB_EACH(load(a + i) / load(b + i)); }
    case GB_MAXIMUM: {
      const float *b = registers[step->b];
      GB_EACH(maximum(load(a + i), load(b + i)));
    }
    case GB_MINIMUM: {
      const float *b = registers[step->b];
      GB_EACH(minimum(load(a + i), load(b + i)));
    }
    case GB_NEGATE: GB_EACH(-load(a + i));
    case GB_ABSOLUTE: GB_EACH(__builtin_elementwise_abs(load(a + i)));
    case GB_SQUARE_ROOT: GB_EACH(__builtin_elementwise_sqrt(load(a + i)));
    case GB_EXPONENTIAL: GB_EACH(exponential(load(a + i)));
    case GB_LOGARITHM: GB_EACH(logarithm(load(a + i)));
    case GB_HYPERBOLIC_TANGENT: GB_EACH(hyperbolic_tangent(load(a + i)));
    case GB_ERROR_FUNCTION: GB_EACH(error_function(load(a + i)));
    case GB_SELECT_GREATER: {
      const float *b = registers[step->b], *c = registers[step->c], *d = registers[step->d];
      GB_EACH(load(a + i) > load(b + i) ? load(c + i) : load(d + i));
    }
    default: GB_EACH(load(a + i));  // GB_COPY
  }
}

static void recipe(const gb_recipe *recipe, int64_t start, int64_t end, float *scratch) {
  recipe_state state;
  plan_recipe(recipe, &state, scratch);
  for (int64_t first = start; first < end; first += gb_tile) {
    int64_t count = smaller_of(gb_tile, end - first);
    int64_t padded = (count + GB_LANES - 1) / GB_LANES * GB_LANES;
    for (int32_t r = 0; r < recipe->register_count; r++) {
      int32_t output = state.output_of[r];
      bool direct = output >= 0 && count == padded;
      state.registers[r] = direct ? recipe->outputs[output].base + first : scratch_of(&state, r);
    }
    for (int32_t c = 0; c < recipe->constant_count; c++) {
      const gb_recipe_constant *constant = &recipe->constants[c];
      if (first > start && !state.written[constant->destination]) continue;
      fill(scratch_of(&state, constant->destination), constant->value, gb_tile);
    }
    for (int32_t i = 0; i < recipe->input_count; i++) {
      bring_input(&recipe->inputs[i], &state, first, count, padded);
    }
    for (int32_t k = 0; k < recipe->instruction_count; k++) {
      run_instruction(&recipe->instructions[k], state.registers, padded);
    }
    for (int32_t o = 0; o < recipe->output_count; o++) {
      float *to = recipe->outputs[o].base + first;
      const float *from = state.registers[recipe->outputs[o].source];
      if (to != from) memmove(to, from, (size_t)count * sizeof(float));
    }
  }
}
