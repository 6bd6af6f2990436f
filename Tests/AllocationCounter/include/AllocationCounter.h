// Counts how often a thread asks for heap memory, for tests that promise it never does.
#ifndef GLASSBOX_ALLOCATION_COUNTER_H
#define GLASSBOX_ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

// Can allocations be counted here? They can with glibc, whose allocator has a second name.
bool allocation_counter_works(void);

// From now on, adds 1 to the counter at each allocation of the calling thread; NULL ends it. Several
// threads may share a counter.
void allocation_counter_attach(int64_t *counter);

#endif
