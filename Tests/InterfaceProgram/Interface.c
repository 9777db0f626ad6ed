/* Uses every function of `sluice.h`, rightly and wrongly, and from several threads at a time.

       interface CLASSIFIER STEMS LANGUAGE_MODEL

   takes the folders of three runs, prints what it finds wrong, and ends with status 1 if that is anything. `.ci/c-interface` runs
   it, by itself and under valgrind.

       interface CLASSIFIER COUNT

   labels as many short texts, for whoever counts what that allocates. */

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sluice.h"

static int failures;

#define EXPECT(condition)                                                         \
  do {                                                                            \
    if (!(condition)) {                                                           \
      failures++;                                                                 \
      printf("line %d: expected %s; %s\n", __LINE__, #condition, sluice_message()); \
    }                                                                             \
  } while (0)

static const char *const texts[] = {
    "news at eight", "", "a film with a ship in it, please", "\xF0\x9F\x9A\xA2", "x", "the third episode of the second season"};
enum { text_count = sizeof texts / sizeof texts[0] };

static void check_opening(const char *run) {
  sluice_model model = 7;
  EXPECT(sluice_open(NULL, 1, &model) == SLUICE_ARGUMENT);
  EXPECT(sluice_open(run, 1, NULL) == SLUICE_ARGUMENT);
  EXPECT(sluice_open(run, -1, &model) == SLUICE_ARGUMENT);
  EXPECT(sluice_open("/nowhere/at/all", 1, &model) == SLUICE_FILE);
  EXPECT(strstr(sluice_message(), "/nowhere/at/all") != NULL);
  EXPECT(sluice_open("", 1, &model) == SLUICE_FILE);
  EXPECT(sluice_open("\xFF", 1, &model) == SLUICE_TEXT);
  EXPECT(model == 7);

  EXPECT(strlen(sluice_version()) > 0);
  EXPECT(sluice_free(0) == SLUICE_OK);
  EXPECT(sluice_free(12345) == SLUICE_HANDLE);
  EXPECT(sluice_free(UINT64_MAX) == SLUICE_HANDLE);
  EXPECT(sluice_open(run, 1, &model) == SLUICE_OK);
  EXPECT(sluice_free(model) == SLUICE_OK);
  EXPECT(sluice_free(model) == SLUICE_HANDLE);
  size_t label;
  EXPECT(sluice_label(model, "x", SLUICE_WHOLE, &label, NULL) == SLUICE_HANDLE);
  /* The place is used again, under another number. */
  sluice_model other;
  EXPECT(sluice_open(run, 1, &other) == SLUICE_OK);
  EXPECT(other != model);
  EXPECT(sluice_label(model, "x", SLUICE_WHOLE, &label, NULL) == SLUICE_HANDLE);
  EXPECT(sluice_label(other, "x", SLUICE_WHOLE, &label, NULL) == SLUICE_OK);
  EXPECT(sluice_free(other) == SLUICE_OK);
}

static void check_classifier(const char *run) {
  sluice_model model;
  EXPECT(sluice_open(run, 1, &model) == SLUICE_OK);
  sluice_kind kind;
  EXPECT(sluice_kind_of(model, &kind) == SLUICE_OK && kind == SLUICE_CLASSIFIER);
  EXPECT(sluice_kind_of(model, NULL) == SLUICE_ARGUMENT);
  const char *const *names;
  size_t labels;
  EXPECT(sluice_label_names(model, &names, &labels) == SLUICE_OK && labels > 1);
  EXPECT(sluice_label_names(model, NULL, &labels) == SLUICE_ARGUMENT);
  for (size_t i = 0; i < labels; i++) EXPECT(strlen(names[i]) > 0);
  const char *const *again;
  EXPECT(sluice_label_names(model, &again, &labels) == SLUICE_OK && again == names);

  size_t many[text_count];
  float sure[text_count];
  EXPECT(sluice_label_many(model, texts, NULL, text_count, many, sure) == SLUICE_OK);
  EXPECT(sluice_label_many(model, NULL, NULL, 0, NULL, NULL) == SLUICE_OK);
  EXPECT(sluice_label_many(model, NULL, NULL, 2, many, NULL) == SLUICE_ARGUMENT);
  EXPECT(sluice_label_many(model, texts, NULL, text_count, NULL, NULL) == SLUICE_ARGUMENT);
  const char *const holed[] = {"a", NULL};
  EXPECT(sluice_label_many(model, holed, NULL, 2, many + 1, NULL) == SLUICE_ARGUMENT);
  float *all = malloc(labels * sizeof *all);
  for (size_t i = 0; i < text_count; i++) {
    size_t label;
    float probability;
    EXPECT(sluice_label(model, texts[i], SLUICE_WHOLE, &label, &probability) == SLUICE_OK);
    EXPECT(label == many[i]);
    EXPECT(probability == sure[i]);
    EXPECT(sluice_label(model, texts[i], strlen(texts[i]), &label, NULL) == SLUICE_OK);
    EXPECT(sluice_probabilities(model, texts[i], SLUICE_WHOLE, all, labels) == SLUICE_OK);
    float sum = 0, largest = 0;
    for (size_t k = 0; k < labels; k++) {
      sum += all[k];
      if (all[k] > largest) largest = all[k];
    }
    EXPECT(fabsf(sum - 1) < 1e-5f && largest == probability && all[label] == probability);
  }
  EXPECT(sluice_probabilities(model, "x", 1, all, labels - 1) == SLUICE_ARGUMENT);
  EXPECT(sluice_probabilities(model, "x", 1, NULL, labels) == SLUICE_ARGUMENT);

  size_t label = 99;
  EXPECT(sluice_label(model, NULL, SLUICE_WHOLE, &label, NULL) == SLUICE_ARGUMENT);
  EXPECT(sluice_label(model, NULL, 3, &label, NULL) == SLUICE_ARGUMENT);
  EXPECT(sluice_label(model, "x", SLUICE_WHOLE, NULL, NULL) == SLUICE_ARGUMENT);
  EXPECT(sluice_label(model, "x\xC3", SLUICE_WHOLE, &label, NULL) == SLUICE_TEXT);
  EXPECT(sluice_label(model, "x", (size_t)-2, &label, NULL) == SLUICE_ARGUMENT);
  EXPECT(label == 99);
  EXPECT(sluice_label(model, NULL, 0, &label, NULL) == SLUICE_OK);
  EXPECT(sluice_label(model, "a\0b", 3, &label, NULL) == SLUICE_OK);
  size_t long_length = 1000000;
  char *long_text = malloc(long_length);
  memset(long_text, 'a', long_length);
  EXPECT(sluice_label(model, long_text, long_length, &label, NULL) == SLUICE_TEXT);
  free(long_text);

  size_t width;
  EXPECT(sluice_vector_width(model, &width) == SLUICE_KIND);
  EXPECT(sluice_vectors(model, texts, NULL, 1, all) == SLUICE_KIND);
  const char *near[1];
  size_t found;
  EXPECT(sluice_nearest(model, "x", 1, 1, near, NULL, &found) == SLUICE_KIND);
  EXPECT(sluice_sample(model, "x", 1, NULL, NULL, 0, &found) == SLUICE_KIND);
  free(all);
  EXPECT(sluice_free(model) == SLUICE_OK);
}

static void check_vectors(sluice_model model) {
  size_t width;
  EXPECT(sluice_vector_width(model, &width) == SLUICE_OK && width > 0);
  EXPECT(sluice_vector_width(model, NULL) == SLUICE_ARGUMENT);
  const char *const words[] = {"sailor", "sailors", "zzz"};
  float *values = malloc(3 * width * sizeof *values);
  EXPECT(sluice_vectors(model, words, NULL, 3, values) == SLUICE_OK);
  EXPECT(sluice_vectors(model, words, NULL, 3, NULL) == SLUICE_ARGUMENT);
  EXPECT(sluice_vectors(model, NULL, NULL, 0, NULL) == SLUICE_OK);
  free(values);
  const char *near[5];
  float cosines[5];
  size_t found;
  EXPECT(sluice_nearest(model, "sailor", SLUICE_WHOLE, 5, near, cosines, &found) == SLUICE_OK && found > 0 && found <= 5);
  for (size_t i = 0; i < found; i++) EXPECT(strlen(near[i]) > 0 && cosines[i] <= 1.001f && (i == 0 || cosines[i] <= cosines[i - 1]));
  EXPECT(sluice_nearest(model, "sailor", SLUICE_WHOLE, 0, near, cosines, &found) == SLUICE_ARGUMENT);
  EXPECT(sluice_nearest(model, "sailor", SLUICE_WHOLE, 5, NULL, cosines, &found) == SLUICE_ARGUMENT);
  EXPECT(sluice_nearest(model, "sailor", SLUICE_WHOLE, 5, near, NULL, NULL) == SLUICE_ARGUMENT);
}

static void check_stems(const char *run) {
  sluice_model model;
  EXPECT(sluice_open(run, 1, &model) == SLUICE_OK);
  sluice_kind kind;
  EXPECT(sluice_kind_of(model, &kind) == SLUICE_OK && kind == SLUICE_STEMS);
  check_vectors(model);
  size_t label;
  EXPECT(sluice_label(model, "x", 1, &label, NULL) == SLUICE_KIND);
  EXPECT(sluice_free(model) == SLUICE_OK);
}

static void check_language_model(const char *run) {
  sluice_model model;
  EXPECT(sluice_open(run, 2, &model) == SLUICE_OK);
  sluice_kind kind;
  EXPECT(sluice_kind_of(model, &kind) == SLUICE_OK && kind == SLUICE_LANGUAGE_MODEL);
  check_vectors(model);
  sluice_sampling how = {.words = 7, .seed = 3};
  size_t needed = 0;
  EXPECT(sluice_sample(model, "the", SLUICE_WHOLE, &how, NULL, 0, &needed) == SLUICE_ROOM && needed > 4);
  char *text = malloc(needed);
  size_t length = needed;
  EXPECT(sluice_sample(model, "the", SLUICE_WHOLE, &how, text, length, &needed) == SLUICE_OK && needed == length);
  EXPECT(strlen(text) == length - 1 && strncmp(text, "the ", 4) == 0);
  EXPECT(sluice_sample(model, "the", SLUICE_WHOLE, &how, NULL, length, &needed) == SLUICE_ARGUMENT);
  EXPECT(sluice_sample(model, "the", SLUICE_WHOLE, &how, text, length, NULL) == SLUICE_ARGUMENT);
  how.temperature = -1;
  EXPECT(sluice_sample(model, "the", SLUICE_WHOLE, &how, text, length, &needed) == SLUICE_ARGUMENT);
  free(text);
  EXPECT(sluice_free(model) == SLUICE_OK);
}

/* Threads */

typedef struct {
  sluice_model model;
  size_t labels[text_count];
  float probabilities[text_count];
  bool differs;
} asked;

static void *ask(void *argument) {
  asked *mine = argument;
  for (int round = 0; round < 20; round++) {
    for (size_t i = 0; i < text_count; i++) {
      size_t label;
      float probability;
      if (sluice_label(mine->model, texts[i], SLUICE_WHOLE, &label, &probability) != SLUICE_OK) mine->differs = true;
      if (probability != mine->probabilities[i]) mine->differs = true;
    }
    size_t labels[text_count];
    if (sluice_label_many(mine->model, texts, NULL, text_count, labels, NULL) != SLUICE_OK) mine->differs = true;
    if (memcmp(labels, mine->labels, sizeof labels) != 0) mine->differs = true;
    /* The message is that of this thread. */
    if (sluice_free(99) != SLUICE_HANDLE || strstr(sluice_message(), "99") == NULL) mine->differs = true;
  }
  return NULL;
}

static void *end(void *argument) {
  asked *mine = argument;
  size_t label;
  /* Ended by one of them while the others ask: each answer is right or says that the model is gone. */
  for (int round = 0; round < 50; round++) {
    sluice_status status = sluice_label(mine->model, texts[0], SLUICE_WHOLE, &label, NULL);
    if (status != SLUICE_OK && status != SLUICE_HANDLE) mine->differs = true;
    if (status == SLUICE_OK && label != mine->labels[0]) mine->differs = true;
    if (round == 25) sluice_free(mine->model);
  }
  return NULL;
}

/* Of a classifier that gives any number of labels, and of one that gives each text one. */
static void check_labels(const char *run, bool is_multilabel) {
  sluice_model model;
  EXPECT(sluice_open(run, 1, &model) == SLUICE_OK);
  const char *const *names;
  size_t count;
  EXPECT(sluice_label_names(model, &names, &count) == SLUICE_OK && count > 1);
  size_t *labels = malloc(count * sizeof *labels);
  float *all = malloc(count * sizeof *all), *given = malloc(count * sizeof *given);
  size_t most = 0;
  for (size_t i = 0; i < text_count; i++) {
    size_t found = 99, likeliest;
    EXPECT(sluice_labels(model, texts[i], SLUICE_WHOLE, count, labels, given, &found) == SLUICE_OK);
    EXPECT(found <= count && (is_multilabel || found == 1));
    EXPECT(sluice_probabilities(model, texts[i], SLUICE_WHOLE, all, count) == SLUICE_OK);
    for (size_t k = 0; k < found; k++) {
      EXPECT(fabsf(all[labels[k]] - given[k]) < 1e-5f && (k == 0 || given[k] <= given[k - 1]));
    }
    EXPECT(sluice_label(model, texts[i], SLUICE_WHOLE, &likeliest, NULL) == SLUICE_OK);
    EXPECT(is_multilabel || labels[0] == likeliest);
    if (found > 0) {
      size_t needed = 0;
      EXPECT(sluice_labels(model, texts[i], SLUICE_WHOLE, found - 1, labels, NULL, &needed) == SLUICE_ROOM);
      EXPECT(needed == found);
      EXPECT(sluice_labels(model, texts[i], SLUICE_WHOLE, found, NULL, NULL, &needed) == SLUICE_ARGUMENT);
    }
    if (found > most) most = found;
  }
  EXPECT(most > 0);
  EXPECT(sluice_labels(model, "x", 1, count, labels, given, NULL) == SLUICE_ARGUMENT);
  free(labels);
  free(all);
  free(given);
  EXPECT(sluice_free(model) == SLUICE_OK);
}

static void check_threads(const char *run, int threads) {
  enum { count = 6 };
  asked all[count];
  memset(all, 0, sizeof all);
  EXPECT(sluice_open(run, threads, &all[0].model) == SLUICE_OK);
  EXPECT(sluice_label_many(all[0].model, texts, NULL, text_count, all[0].labels, all[0].probabilities) == SLUICE_OK);
  for (int i = 1; i < count; i++) all[i] = all[0];
  void *(*const bodies[])(void *) = {ask, end};
  for (int body = 0; body < 2; body++) {
    pthread_t ids[count];
    for (int i = 0; i < count; i++) pthread_create(&ids[i], NULL, bodies[body], &all[i]);
    for (int i = 0; i < count; i++) pthread_join(ids[i], NULL);
    for (int i = 0; i < count; i++) EXPECT(!all[i].differs);
  }
}

static int label_stream(const char *run, int count) {
  sluice_model model;
  EXPECT(sluice_open(run, 1, &model) == SLUICE_OK);
  /* Texts of at most 15 bytes lie in the value that names them, as Swift keeps texts; a longer one is copied. */
  const char *const stream[] = {"news at eight", "a film", "", "part 2 of 3"};
  for (int i = 0; i < count; i++) {
    size_t label;
    EXPECT(sluice_label(model, stream[i % 4], SLUICE_WHOLE, &label, NULL) == SLUICE_OK);
  }
  EXPECT(sluice_free(model) == SLUICE_OK);
  return failures ? 1 : 0;
}

int main(int count, char **arguments) {
  if (count == 3) return label_stream(arguments[1], atoi(arguments[2]));
  if (count != 5) {
    fprintf(stderr, "usage: %s CLASSIFIER STEMS LANGUAGE_MODEL MULTILABEL\n", arguments[0]);
    return 64;
  }
  check_opening(arguments[1]);
  check_classifier(arguments[1]);
  check_stems(arguments[2]);
  check_language_model(arguments[3]);
  check_labels(arguments[1], false);
  check_labels(arguments[4], true);
  check_threads(arguments[1], 1);
  check_threads(arguments[1], 2);
  printf(failures ? "%d failures\n" : "all as expected\n", failures);
  return failures ? 1 : 0;
}
