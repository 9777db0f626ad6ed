#ifndef SLUICE_ALLOCATION_COUNTER_H
#define SLUICE_ALLOCATION_COUNTER_H

// Calls of malloc, calloc, realloc, aligned_alloc, memalign and posix_memalign by the whole process, all
// threads together, since it started. Linking this target replaces those functions.
long sluice_allocation_count(void);

// The same for the calling thread alone: for code that runs on one thread, beside other tests.
long sluice_thread_allocation_count(void);

#endif
