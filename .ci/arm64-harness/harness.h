#ifndef SLUICE_ARM64_HARNESS_H
#define SLUICE_ARM64_HARNESS_H

// The C library's functions in double precision, which the references are made of: the bare target has no headers.
double exp(double);
double log(double);
double erfc(double);
double tanh(double);
double log1p(double);
double sin(double);
double cos(double);
int strcmp(const char *, const char *);

// Prints the line of a kernel; `unit` and `failure` may be null.
void harness_print(
  const char *name, double error, double bound, const char *unit, long numbers, const char *failure);

// Runs the check of the kernel with that name, all for null, and returns how many failed; a name that no check has is one. The
// kernel whose function value lies at that byte of the table does nothing; -1 for none.
long harness_run(long broken, const char *only);

#endif
