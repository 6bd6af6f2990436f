#include "CMPI.h"

#ifdef GLASSBOX_HAS_MPI

#include <mpi.h>
#include <stdlib.h>

struct glassbox_mpi_message {
  MPI_Request request;
  // How many bytes are received; below 0 where they are sent.
  int received;
};

int glassbox_mpi_is_there(void) { return 1; }

int glassbox_mpi_start(int32_t *rank, int32_t *count) {
  int started = 0, here = 0, all = 1;
  int code = MPI_Initialized(&started);
  if (code == MPI_SUCCESS && !started) {
    int given = 0;
    // Several threads make calls, one after the other.
    code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &given);
    if (code == MPI_SUCCESS && given < MPI_THREAD_SERIALIZED) return -1;
  }
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, &here);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, &all);
  *rank = here;
  *count = all;
  return code;
}

int glassbox_mpi_finish(void) { return MPI_Finalize(); }

void glassbox_mpi_abort(int32_t status) { MPI_Abort(MPI_COMM_WORLD, status); }

// Begins a message; it is received if `to` is null, else sent.
static glassbox_mpi_message *begin(const void *to, void *from, int32_t count, int32_t peer) {
  glassbox_mpi_message *message = malloc(sizeof *message);
  if (!message) return NULL;
  message->received = to ? -1 : count;
  int code = to ? MPI_Isend(to, count, MPI_BYTE, peer, 0, MPI_COMM_WORLD, &message->request)
                : MPI_Irecv(from, count, MPI_BYTE, peer, 0, MPI_COMM_WORLD, &message->request);
  if (code == MPI_SUCCESS) return message;
  free(message);
  return NULL;
}

glassbox_mpi_message *glassbox_mpi_send(const void *bytes, int32_t count, int32_t peer) {
  return begin(bytes, NULL, count, peer);
}

glassbox_mpi_message *glassbox_mpi_receive(void *bytes, int32_t count, int32_t peer) {
  return begin(NULL, bytes, count, peer);
}

int glassbox_mpi_test(glassbox_mpi_message *message) {
  int done = 0, count = 0;
  MPI_Status status;
  if (MPI_Test(&message->request, &done, &status) != MPI_SUCCESS) return -1;
  if (!done) return 0;
  int expected = message->received;
  free(message);
  if (expected < 0) return 1;
  // MPI takes a shorter message for a longer one without a word.
  if (MPI_Get_count(&status, MPI_BYTE, &count) != MPI_SUCCESS) return -1;
  return count == expected ? 1 : -2;
}

#else

#include <stddef.h>

int glassbox_mpi_is_there(void) { return 0; }
int glassbox_mpi_start(int32_t *rank, int32_t *count) {
  *rank = 0;
  *count = 1;
  return -1;
}
int glassbox_mpi_finish(void) { return 0; }
void glassbox_mpi_abort(int32_t status) { (void)status; }
glassbox_mpi_message *glassbox_mpi_send(const void *bytes, int32_t count, int32_t peer) {
  (void)bytes, (void)count, (void)peer;
  return NULL;
}
glassbox_mpi_message *glassbox_mpi_receive(void *bytes, int32_t count, int32_t peer) {
  (void)bytes, (void)count, (void)peer;
  return NULL;
}
int glassbox_mpi_test(glassbox_mpi_message *message) { (void)message; return -1; }

#endif
