#ifndef SLUICE_REFUSED_MEMORY_H
#define SLUICE_REFUSED_MEMORY_H

// Swift's arrays, strings and objects ask malloc for memory and end the program by a trap where it has none. A program that
// links this module can say first what is wrong, and end as it ends after any other failure.

// From now on, when memory is refused, writes `before`, the number of bytes and `after` to standard error and ends the
// program with `status`. Where malloc cannot be replaced (not glibc) nothing changes.
void sluice_end_when_memory_is_refused(const char *before, const char *after, int status);

#endif
