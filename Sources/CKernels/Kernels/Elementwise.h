// Element-wise kernels: a short list of instructions, run tile by tile so that every intermediate
// value stays in the first-level cache. A tile is cut into vectors; a tile whose length is not a
// multiple of the vector is computed wholly in scratch, with padding, so that its values come from
// the same code.
#pragma once
#include "Instruction.h"

// Where the values of each register lie for the tile at hand.
typedef struct {
  float *registers[gb_maximum_registers];
  float *scratch;
  bool written[gb_maximum_registers];     // by an instruction
  bool uniform[gb_maximum_registers];     // one value for all elements, which never changes
  bool kept_apart[gb_maximum_registers];  // an input overwritten before its last use
  int32_t output_of[gb_maximum_registers];  // the output that may hold the register, or -1
  int64_t phase[gb_maximum_registers];    // of the row laid into the register, or -1
} elementwise_state;

// An instruction whose loop is chosen.
typedef struct {
  int32_t code;  // operation · 16 + which operands are uniform
  int32_t to, from[4];
} prepared_step;

GB_INLINE float *scratch_of(const elementwise_state *state, int32_t number) {
  return state->scratch + (int64_t)number * gb_tile;
}

GB_INLINE void fill(float *to, float value, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = value;
}

static bool reads(const gb_instruction *step, int32_t number) {
  const int32_t operands[4] = {step->a, step->b, step->c, step->d};
  for (int place = 0; place < operand_counts[step->operation]; place++) {
    if (operands[place] == number) return true;
  }
  return false;
}

// The first instruction that writes a register; the instruction count when none does.
static int32_t first_write(const gb_elementwise *kernel, int32_t number) {
  for (int32_t k = 0; k < kernel->instruction_count; k++) {
    if (kernel->instructions[k].destination == number) return k;
  }
  return kernel->instruction_count;
}

// True when the values of `input` are still needed after the memory of `output` begins to change.
static bool outlives(const gb_elementwise *kernel, const elementwise_state *state, int32_t input,
                     int32_t output) {
  int32_t number = kernel->inputs[input].destination;
  int32_t source = kernel->outputs[output].source;
  int32_t start = kernel->instruction_count;
  if (state->output_of[source] == output) start = first_write(kernel, source);
  for (int32_t k = start + 1; k < kernel->instruction_count; k++) {
    if (reads(&kernel->instructions[k], number)) return true;
  }
  // Final copies run in the order of the outputs.
  for (int32_t other = 0; other < kernel->output_count; other++) {
    bool later = start < kernel->instruction_count || other > output;
    if (later && kernel->outputs[other].source == number) return true;
  }
  return false;
}

static bool reads_only_uniform(const gb_instruction *step, const elementwise_state *state) {
  const int32_t operands[4] = {step->a, step->b, step->c, step->d};
  for (int place = 0; place < operand_counts[step->operation]; place++) {
    if (!state->uniform[operands[place]]) return false;
  }
  return true;
}

static void find_uniform(const gb_elementwise *kernel, elementwise_state *state) {
  int32_t writers[gb_maximum_registers] = {0};
  for (int32_t k = 0; k < kernel->instruction_count; k++) {
    writers[kernel->instructions[k].destination]++;
  }
  for (int32_t c = 0; c < kernel->constant_count; c++) {
    int32_t number = kernel->constants[c].destination;
    state->uniform[number] = writers[number] == 0;
    writers[number]++;
  }
  for (int32_t i = 0; i < kernel->input_count; i++) {
    int32_t number = kernel->inputs[i].destination;
    state->uniform[number] = writers[number] == 0 && kernel->inputs[i].layout == GB_SCALAR;
    writers[number]++;
  }
  for (int32_t k = 0; k < kernel->instruction_count; k++) {
    const gb_instruction *step = &kernel->instructions[k];
    if (writers[step->destination] == 1 && reads_only_uniform(step, state)) {
      state->uniform[step->destination] = true;
      state->output_of[step->destination] = -1;
    }
  }
}

static void plan_elementwise(const gb_elementwise *kernel, elementwise_state *state,
                             float *scratch) {
  state->scratch = scratch;
  for (int32_t r = 0; r < gb_maximum_registers; r++) {
    state->written[r] = state->uniform[r] = state->kept_apart[r] = false;
    state->registers[r] = scratch_of(state, r);
    state->output_of[r] = -1;
    state->phase[r] = -1;
  }
  for (int32_t k = 0; k < kernel->instruction_count; k++) {
    state->written[kernel->instructions[k].destination] = true;
  }
  for (int32_t o = kernel->output_count - 1; o >= 0; o--) {
    const gb_elementwise_output *output = &kernel->outputs[o];
    if (state->written[output->source] && output->stride == 0) {
      state->output_of[output->source] = o;
    }
  }
  // A register that an input or a constant fills is not also an output's memory: filling it would
  // change that memory before the first instruction.
  for (int32_t i = 0; i < kernel->input_count; i++) {
    state->output_of[kernel->inputs[i].destination] = -1;
  }
  for (int32_t c = 0; c < kernel->constant_count; c++) {
    state->output_of[kernel->constants[c].destination] = -1;
  }
  find_uniform(kernel, state);
  for (int32_t i = 0; i < kernel->input_count; i++) {
    const gb_elementwise_input *input = &kernel->inputs[i];
    bool apart = state->written[input->destination];
    for (int32_t o = 0; o < kernel->output_count && !apart; o++) {
      apart = kernel->outputs[o].base == input->base && outlives(kernel, state, i, o);
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

static void lay_column(float *to, const float *base, int64_t columns, int64_t start,
                       int64_t count) {
  int64_t row = start / columns, left = columns - start % columns;
  for (int64_t done = 0; done < count; row++, left = columns) {
    int64_t more = smaller_of(left, count - done);
    fill(to + done, base[row], more);
    done += more;
  }
}

// Elements start ..< start + count of rows of `columns` that stand `stride` apart.
static void gather_rows(float *to, const float *base, int64_t columns, int64_t stride,
                        int64_t start, int64_t count) {
  int64_t row = start / columns, column = start % columns;
  for (int64_t done = 0; done < count; row++, column = 0) {
    int64_t more = smaller_of(columns - column, count - done);
    memcpy(to + done, base + row * stride + column, (size_t)more * sizeof(float));
    done += more;
  }
}

static void scatter_rows(float *base, const float *from, int64_t columns, int64_t stride,
                         int64_t start, int64_t count) {
  int64_t row = start / columns, column = start % columns;
  for (int64_t done = 0; done < count; row++, column = 0) {
    int64_t more = smaller_of(columns - column, count - done);
    memcpy(base + row * stride + column, from + done, (size_t)more * sizeof(float));
    done += more;
  }
}

// Lays `count` elements of an input into its register's scratch, and zeros up to `padded`, which is
// `count` rounded up to whole vectors.
static void lay_input(const gb_elementwise_input *input, elementwise_state *state, int64_t start,
                      int64_t count, int64_t padded) {
  int32_t number = input->destination;
  float *to = scratch_of(state, number);
  state->registers[number] = to;
  switch (input->layout) {
    case GB_ROW: {
      int64_t phase = start % input->columns;
      if (count == padded && phase + count <= input->columns && !state->kept_apart[number]) {
        state->registers[number] = (float *)input->base + phase;
        return;
      }
      if (state->phase[number] == phase && !state->written[number]) return;
      lay_row(to, input->base, input->columns, phase, count);
      // Later tiles are never longer than the first, so a laid row serves each of the same phase.
      state->phase[number] = phase;
      break;
    }
    case GB_ROWS_APART: {
      int64_t phase = start % input->columns;
      if (count == padded && phase + count <= input->columns && !state->kept_apart[number]) {
        state->registers[number] =
            (float *)input->base + start / input->columns * input->stride + phase;
        return;
      }
      gather_rows(to, input->base, input->columns, input->stride, start, count);
      break;
    }
    case GB_COLUMN: lay_column(to, input->base, input->columns, start, count); break;
    case GB_SCALAR: fill(to, input->base[0], count); break;
    default: memcpy(to, input->base + start, (size_t)count * sizeof(float));
  }
  fill(to + count, 0, padded - count);
}

// ---- Running --------------------------------------------------------------------------------

// `count` elements, a whole number of vectors.
GB_INLINE void run_step(float *const *registers, const prepared_step *step, int64_t count) {
  const float *from[4];
#pragma clang loop unroll(full)
  for (int place = 0; place < 4; place++) from[place] = registers[step->from[place]];
  run_instruction(step->code, registers[step->to], from, count);
}

static prepared_step prepared(const gb_instruction *step, const elementwise_state *state) {
  const int32_t operands[4] = {step->a, step->b, step->c, step->d};
  prepared_step result = {.code = step->operation * 16, .to = step->destination};
  for (int place = 0; place < 4; place++) {
    bool used = place < operand_counts[step->operation];
    result.from[place] = used ? operands[place] : step->a;
    if (used && state->uniform[operands[place]]) result.code |= 1 << place;
  }
  return result;
}

// Fills or computes the registers that hold one value for all elements.
static void run_uniform(const gb_elementwise *kernel, elementwise_state *state) {
  for (int32_t c = 0; c < kernel->constant_count; c++) {
    const gb_elementwise_constant *constant = &kernel->constants[c];
    fill(scratch_of(state, constant->destination), constant->value, GB_LANES);
  }
  for (int32_t i = 0; i < kernel->input_count; i++) {
    const gb_elementwise_input *input = &kernel->inputs[i];
    if (!state->uniform[input->destination]) continue;
    fill(scratch_of(state, input->destination), input->base[0], GB_LANES);
  }
  for (int32_t k = 0; k < kernel->instruction_count; k++) {
    const gb_instruction *step = &kernel->instructions[k];
    if (!state->uniform[step->destination]) continue;
    prepared_step once = prepared(step, state);
    run_step(state->registers, &once, GB_LANES);
  }
}

// What has to be done for each tile beside its instructions.
typedef struct {
  struct {
    int32_t number;
    float *base;
  } in_place[gb_maximum_registers];  // registers that are the memory of an input or an output
  int32_t filled[gb_maximum_registers];  // constants that an instruction overwrites
  int32_t laid[gb_maximum_registers];  // inputs that are brought into scratch
  int32_t copied[gb_maximum_registers];  // outputs whose register is not their memory
  int32_t in_place_count, filled_count, laid_count, copied_count;
} tile_plan;

static bool lies_in_place(const gb_elementwise_input *input, const elementwise_state *state) {
  bool flat = input->layout == GB_FULL || (input->layout == GB_COLUMN && input->columns == 1);
  return flat && !state->kept_apart[input->destination];
}

static void keep_in_place(tile_plan *plan, int32_t number, const float *base) {
  plan->in_place[plan->in_place_count].number = number;
  plan->in_place[plan->in_place_count++].base = (float *)base;
}

// `whole`: for tiles of whole vectors; others live in scratch alone.
static void plan_tile(const gb_elementwise *kernel, elementwise_state *state, bool whole,
                      tile_plan *plan) {
  plan->in_place_count = plan->filled_count = plan->laid_count = plan->copied_count = 0;
  for (int32_t r = 0; r < kernel->register_count; r++) {
    state->registers[r] = scratch_of(state, r);
    int32_t output = state->output_of[r];
    if (whole && output >= 0) keep_in_place(plan, r, kernel->outputs[output].base);
  }
  for (int32_t c = 0; c < kernel->constant_count; c++) {
    if (!state->uniform[kernel->constants[c].destination]) plan->filled[plan->filled_count++] = c;
  }
  for (int32_t i = 0; i < kernel->input_count; i++) {
    const gb_elementwise_input *input = &kernel->inputs[i];
    if (state->uniform[input->destination]) continue;
    if (whole && lies_in_place(input, state)) {
      keep_in_place(plan, input->destination, input->base);
    } else {
      plan->laid[plan->laid_count++] = i;
    }
  }
  for (int32_t o = 0; o < kernel->output_count; o++) {
    bool direct = whole && state->output_of[kernel->outputs[o].source] == o;
    if (!direct) plan->copied[plan->copied_count++] = o;
  }
}

static void begin_tile(const gb_elementwise *kernel, elementwise_state *state,
                       const tile_plan *plan, int64_t first, int64_t count, int64_t padded) {
  for (int32_t p = 0; p < plan->in_place_count; p++) {
    state->registers[plan->in_place[p].number] = plan->in_place[p].base + first;
  }
  for (int32_t p = 0; p < plan->filled_count; p++) {
    const gb_elementwise_constant *constant = &kernel->constants[plan->filled[p]];
    fill(state->registers[constant->destination], constant->value, padded);
  }
  for (int32_t p = 0; p < plan->laid_count; p++) {
    lay_input(&kernel->inputs[plan->laid[p]], state, first, count, padded);
  }
}

static void end_tile(const gb_elementwise *kernel, const elementwise_state *state,
                     const tile_plan *plan, int64_t first, int64_t count) {
  for (int32_t p = 0; p < plan->copied_count; p++) {
    const gb_elementwise_output *output = &kernel->outputs[plan->copied[p]];
    float *to = output->base + first;
    const float *from = state->registers[output->source];
    if (output->stride != 0) {
      if (state->uniform[output->source]) fill((float *)from, from[0], count);
      scatter_rows(output->base, from, output->columns, output->stride, first, count);
    } else if (state->uniform[output->source]) {
      fill(to, from[0], count);
    } else if (to != from) {
      memmove(to, from, (size_t)count * sizeof(float));
    }
  }
}

// How many elements a tile has: where rows stand apart, whole parts of a row, so that their numbers
// are read where they lie.
static int64_t tile_of(const gb_elementwise *kernel) {
  for (int32_t i = 0; i < kernel->input_count; i++) {
    const gb_elementwise_input *input = &kernel->inputs[i];
    if (input->layout != GB_ROWS_APART) continue;
    int64_t parts = (input->columns + gb_tile - 1) / gb_tile;
    if (input->columns % (parts * GB_LANES) != 0) continue;
    int64_t tile = input->columns / parts;
    if (tile >= gb_tile / 4) return tile;
  }
  return gb_tile;
}

static void elementwise(const gb_elementwise *kernel, int64_t start, int64_t end, float *scratch) {
  elementwise_state state;
  plan_elementwise(kernel, &state, scratch);
  run_uniform(kernel, &state);
  prepared_step steps[kernel->instruction_count + 1];
  int32_t step_count = 0;
  for (int32_t k = 0; k < kernel->instruction_count; k++) {
    const gb_instruction *step = &kernel->instructions[k];
    if (!state.uniform[step->destination]) steps[step_count++] = prepared(step, &state);
  }
  tile_plan plan;
  plan_tile(kernel, &state, true, &plan);
  const int64_t tile = tile_of(kernel);
  for (int64_t first = start; first < end; first += tile) {
    int64_t count = smaller_of(tile, end - first);
    int64_t padded = (count + GB_LANES - 1) / GB_LANES * GB_LANES;
    if (count != padded) plan_tile(kernel, &state, false, &plan);
    begin_tile(kernel, &state, &plan, first, count, padded);
    for (int32_t k = 0; k < step_count; k++) run_step(state.registers, &steps[k], padded);
    end_tile(kernel, &state, &plan, first, count);
  }
}
