// A killed process frees its memory before the kernel closes its connections: tens of milliseconds in which nobody can
// know. The guard is a second process in the same memory. It does nothing but wait; while it lives the dying one has
// nothing to free, its connections close at once, and the guard frees the memory afterwards: a second later, when those
// who take over have done so and the processors are theirs no more.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STACK_SIZE = 16 * 1024, LOWEST_PRIORITY = 19, LINGER_MILLISECONDS = 1000 };

// Runs with the thread storage of the thread that started it, so it calls only what cannot fail there and then.
static int wait_for_death(void *argument)
{
	unsigned int guarded = (unsigned int)(uintptr_t)argument;
	struct pollfd death = { .fd = (int)guarded, .events = POLLIN };

	// Its copies of the other descriptors would keep the connections open.
	if (guarded > 0)
		syscall(SYS_close_range, 0u, guarded - 1, 0u);
	syscall(SYS_close_range, guarded + 1, ~0u, 0u);
	prctl(PR_SET_NAME, "exit-guard");
	// What is sent to the guarded process's group is not for the guard.
	setsid();
	setpriority(PRIO_PROCESS, 0, LOWEST_PRIORITY);
	while (poll(&death, 1, -1) != 1)
		;
	poll(NULL, 0, LINGER_MILLISECONDS);
	return 0;
}

// Starts the guard of the calling process. Returns its process id, or a negative errno.
int splice_exit_guard_start(void)
{
	sigset_t all, before;
	int guard = -1, error = 0;

	// Readable when the last thread is gone, which is after the connections were closed.
	int guarded = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (guarded < 0)
		return -errno;

	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED) {
		error = errno;
	} else {
		// The guard inherits the mask: the runtime's handlers must not run in it.
		sigfillset(&all);
		pthread_sigmask(SIG_BLOCK, &all, &before);
		guard = clone(wait_for_death, stack + STACK_SIZE, CLONE_VM, (void *)(uintptr_t)guarded);
		error = errno;
		pthread_sigmask(SIG_SETMASK, &before, NULL);
		if (guard < 0)
			munmap(stack, STACK_SIZE);
	}
	close(guarded);
	return guard < 0 ? -error : guard;
}
