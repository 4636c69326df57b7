// C11 threads on top of pthreads, for programs built with ThreadSanitizer.
//
// Debian's librdkafka uses C11 threads (thrd_*, mtx_*, cnd_*), which
// ThreadSanitizer does not intercept: it knows nothing of those threads and the
// first of them crashes. Defined in the program, these take the place of
// glibc's, and ThreadSanitizer sees the pthread calls below them. glibc lays
// mtx_t and cnd_t over pthread's types, which the asserts hold on to.
#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <memory>

namespace {

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t) &&
              alignof(mtx_t) >= alignof(pthread_mutex_t));
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t) &&
              alignof(cnd_t) >= alignof(pthread_cond_t));

pthread_mutex_t* Mutex(mtx_t* mutex) {
  return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* Condition(cnd_t* condition) {
  return reinterpret_cast<pthread_cond_t*>(condition);
}

int Result(int pthread_error) {
  switch (pthread_error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

struct Start {
  thrd_start_t function;
  void* argument;
};

void* Run(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  const intptr_t result = start->function(start->argument);
  return reinterpret_cast<void*>(result);
}

}  // namespace

extern "C" {

// librdkafka itself is not instrumented, so what it shares between its threads
// looks like races; ours are still seen.
const char* __tsan_default_suppressions() { return "race:librdkafka.so.1\n"; }

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto start = std::make_unique<Start>(Start{function, argument});
  const int error = pthread_create(thread, nullptr, Run, start.get());
  if (error == 0) start.release();
  return Result(error);
}

int thrd_join(thrd_t thread, int* result) {
  void* value = nullptr;
  const int error = pthread_join(thread, &value);
  if (error == 0 && result != nullptr) {
    *result = static_cast<int>(reinterpret_cast<intptr_t>(value));
  }
  return Result(error);
}

int thrd_detach(thrd_t thread) { return Result(pthread_detach(thread)); }

int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if ((type & mtx_recursive) != 0) {
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  }
  const int error = pthread_mutex_init(Mutex(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return Result(error);
}

int mtx_lock(mtx_t* mutex) { return Result(pthread_mutex_lock(Mutex(mutex))); }

int mtx_trylock(mtx_t* mutex) {
  return Result(pthread_mutex_trylock(Mutex(mutex)));
}

int mtx_unlock(mtx_t* mutex) {
  return Result(pthread_mutex_unlock(Mutex(mutex)));
}

void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy(Mutex(mutex)); }

int cnd_init(cnd_t* condition) {
  return Result(pthread_cond_init(Condition(condition), nullptr));
}

int cnd_signal(cnd_t* condition) {
  return Result(pthread_cond_signal(Condition(condition)));
}

int cnd_broadcast(cnd_t* condition) {
  return Result(pthread_cond_broadcast(Condition(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return Result(pthread_cond_wait(Condition(condition), Mutex(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return Result(
      pthread_cond_timedwait(Condition(condition), Mutex(mutex), until));
}

void cnd_destroy(cnd_t* condition) {
  pthread_cond_destroy(Condition(condition));
}

}  // extern "C"
