/* Sluice for programs in C and in whatever can call C: open what a training has saved, and ask it.

       sluice_model model;
       if (sluice_open("runs/sms", 1, &model) != SLUICE_OK) { puts(sluice_message()); return 1; }
       size_t label;
       float probability;
       sluice_label(model, "You have won a prize", SLUICE_WHOLE, &label, &probability);
       sluice_free(model);

   Texts are UTF-8. A length of SLUICE_WHOLE stands for a text that a zero byte ends; with any other a text may hold zero bytes.

   Every function may be called from any thread, with the same model too. What is open is named by a number, so that a model
   that was freed, freed twice or never opened is an error (SLUICE_HANDLE) and nothing worse. A null pointer where
   something is to be read or written is one too (SLUICE_ARGUMENT). Where a function fails it writes nothing but what it says.

   Where the operating system refuses memory the program ends with a message and status 1. Nobody may write into the files of a
   model while it is open; to train anew into its folder is no harm, for that replaces them. */

#ifndef SLUICE_H
#define SLUICE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An open model; 0 is none. */
typedef uint64_t sluice_model;

/* How a call ended. */
typedef enum sluice_status {
  SLUICE_OK = 0,
  SLUICE_ARGUMENT = 1, /* a null pointer, or a number that cannot be */
  SLUICE_HANDLE = 2,   /* no model is open under this number */
  SLUICE_FILE = 3,     /* the run cannot be read */
  SLUICE_KIND = 4,     /* a model of this kind does not answer this question */
  SLUICE_TEXT = 5,     /* a text that is no UTF-8, or longer than the model reads */
  SLUICE_ROOM = 6      /* too little room for the answer; how much it needs is told */
} sluice_status;

/* What a model was trained for. */
typedef enum sluice_kind {
  SLUICE_CLASSIFIER = 1,
  SLUICE_STEMS = 2,
  SLUICE_LANGUAGE_MODEL = 3
} sluice_kind;

/* The length of a text that a zero byte ends. */
#define SLUICE_WHOLE ((size_t)-1)

/* How text is sampled. Zero everywhere stands for the usual values, which `sluice sample` has too. */
typedef struct sluice_sampling {
  size_t words;      /* how many words are drawn; 50 */
  float temperature; /* below 1 likely words become likelier; 0.8 */
  size_t likeliest;  /* only so many of the likeliest words are drawn; 40 */
  uint64_t seed;     /* another seed draws other words; 1 */
} sluice_sampling;

/* The version of the library, such as "1.0.0". */
const char *sluice_version(void);

/* What was wrong with the last call of this thread that failed: one line. Valid until the thread's next call that fails. */
const char *sluice_message(void);

/* Opens what is in a run's folder. One thread answers a single short text fastest; 0 stands for one for each processor. */
sluice_status sluice_open(const char *run, int threads, sluice_model *model);

/* Ends the use of a model. Calls that are under way in other threads end well. What the library has handed out of the model is
   valid no more. 0 is ignored. */
sluice_status sluice_free(sluice_model model);

/* What a model was trained for. */
sluice_status sluice_kind_of(sluice_model model, sluice_kind *kind);

/* The names of a classifier's labels by their numbers, ended by zero bytes. Valid until the model is freed. */
sluice_status sluice_label_names(sluice_model model, const char *const **names, size_t *count);

/* The labels of a text that a classifier trained with --multilabel gives it: all whose probability reaches their threshold, the likeliest
   first, which may be none. `found` is set to how many there are; where that is more than `room`, nothing else is written and the status is
   SLUICE_ROOM. `probabilities` may be null; so may `labels` where `room` is 0. Of any other classifier it is the likeliest label. */
sluice_status sluice_labels(
    sluice_model model, const char *text, size_t length, size_t room, size_t *labels, float *probabilities,
    size_t *found);

/* The number of a text's likeliest label, and its probability from 0 to 1, which may be null. */
sluice_status sluice_label(
    sluice_model model, const char *text, size_t length, size_t *label, float *probability);

/* The same for `count` texts, which are read side by side. `lengths` may be null: all texts end with a zero byte; so may
   `probabilities`. */
sluice_status sluice_label_many(
    sluice_model model, const char *const *texts, const size_t *lengths, size_t count, size_t *labels,
    float *probabilities);

/* The probability of each label of a text. `count` is that of the labels. */
sluice_status sluice_probabilities(
    sluice_model model, const char *text, size_t length, float *probabilities, size_t count);

/* The elements of a word's vector, of a model of stems or a language model. */
sluice_status sluice_vector_width(sluice_model model, size_t *width);

/* The vectors of `count` words, one after the other: `count` times the width. Those of stems have a length of 1. `lengths` may be
   null. */
sluice_status sluice_vectors(
    sluice_model model, const char *const *words, const size_t *lengths, size_t count, float *values);

/* The known words whose vectors have the largest cosines with that of `word`, the nearest first: at most `count`, and `found`
   says how many. The words are valid until the model is freed. `cosines` may be null. */
sluice_status sluice_nearest(
    sluice_model model, const char *word, size_t length, size_t count, const char **words, float *cosines,
    size_t *found);

/* Text of a language model that goes on from a prompt, ended by a zero byte. `needed` is set to its bytes, the zero byte included;
   where `room` is less, nothing else is written and the status is SLUICE_ROOM: the same call with more room gives the
   same text. `how` may be null; so may `text` where `room` is 0. */
sluice_status sluice_sample(
    sluice_model model, const char *prompt, size_t length, const sluice_sampling *how, char *text, size_t room,
    size_t *needed);

#ifdef __cplusplus
}
#endif

#endif
