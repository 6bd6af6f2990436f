#ifndef GLASSBOX_CMPI_H
#define GLASSBOX_CMPI_H

#include <stdint.h>

// The few calls of MPI that trainings need, for any implementation of the standard: its handles are macros that
// Swift cannot read. Without the trait `MPI` every call answers "not there".

// Whether MPI is compiled in.
int glassbox_mpi_is_there(void);

// Joins the processes that mpirun started; one started by hand is alone. 0 or an error code of MPI.
int glassbox_mpi_start(int32_t *rank, int32_t *count);

// Leaves them. All must call it; otherwise those that wait are ended by glassbox_mpi_abort.
int glassbox_mpi_finish(void);

// Ends all processes with an exit status.
void glassbox_mpi_abort(int32_t status);

// A message that is under way. The bytes stay where they are until it has arrived.
typedef struct glassbox_mpi_message glassbox_mpi_message;

// Begins to send bytes to a process, or to receive them. Null where there is no memory or MPI refuses.
glassbox_mpi_message *glassbox_mpi_send(const void *bytes, int32_t count, int32_t peer);
glassbox_mpi_message *glassbox_mpi_receive(void *bytes, int32_t count, int32_t peer);

// 1 if the message has arrived, which also frees it; 0 if it is under way; -1 if it failed; -2 if another one came,
// of fewer bytes.
int glassbox_mpi_test(glassbox_mpi_message *message);

#endif
