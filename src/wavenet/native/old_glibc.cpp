// What the module asks of glibc, asked of the oldest glibc that has it: only for wheels, which run on systems older than
// the one that built them. Everything else that the module and libstdc++ need is there since glibc 2.17. The linker's
// --wrap leads every call of a function here, libstdc++'s own too.
#include <pthread.h>

#if defined(__x86_64__)
#define FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_VERSION "GLIBC_2.17"
#else
#error "the first versions of glibc's names are not known here for this processor: build without WAVENET_OLD_SYSTEMS"
#endif

// `log` has a new version since 2.29, the others since 2.34, when libpthread became part of libc; glibc keeps the first.
#define FIRST(name) __asm__(".symver first_" #name ", " #name "@" FIRST_VERSION)

extern "C" {

double first_log(double x);
FIRST(log);
double __wrap_log(double x) { return first_log(x); }

int first_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument);
FIRST(pthread_create);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    return first_pthread_create(thread, attributes, start, argument);
}

int first_pthread_join(pthread_t thread, void** result);
FIRST(pthread_join);
int __wrap_pthread_join(pthread_t thread, void** result) { return first_pthread_join(thread, result); }

// glibc 2.32 has this, for libstdc++ to save atomic instructions while there is one thread. Ours says: there may be more.
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;

}  // extern "C"
