/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP options. They may begin at any byte, so they are changed in a copy; the copy's first byte lies at an even
 * (4-aligned) offset of the header, so that the checksum is corrected by the difference of the whole area. The
 * length never changes: a GSO packet's segments are cut with it. What must go becomes NOPs.
 */
#ifndef SPLICE_OPTIONS_H
#define SPLICE_OPTIONS_H

#include "parse.h"
#include "sequence.h"

#define OPTIONS_BYTES_MAX 40
#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_MSS 2
#define OPTION_WINDOW_SCALE 3
#define OPTION_SACK_PERMITTED 4
#define OPTION_SACK 5
#define OPTION_ABSENT (-1)
#define OPTION_MALFORMED (-2)

struct options {
	__u8 bytes[OPTIONS_BYTES_MAX];
	__u8 before[OPTIONS_BYTES_MAX];
	__u32 length;
};

static __always_inline int load_options(struct __sk_buff *skb, const struct packet *packet, struct options *options)
{
	__u32 length = packet->options_bytes;

	__builtin_memset(options->bytes, 0, OPTIONS_BYTES_MAX);
	asm volatile("" : "+r"(length));
	if (length == 0 || length > OPTIONS_BYTES_MAX)
		return -1;
	if (bpf_skb_load_bytes(skb, packet->tcp_offset + TCP_HEADER_BYTES, options->bytes, length))
		return -1;
	__builtin_memcpy(options->before, options->bytes, OPTIONS_BYTES_MAX);
	options->length = length;
	return 0;
}

/* Writes the copy back; adds the difference to the checksum. Invalidates packet pointers. */
static __always_inline int store_options(struct __sk_buff *skb, const struct packet *packet, struct options *options,
					 __u64 *difference)
{
	__u32 length = options->length;

	asm volatile("" : "+r"(length));
	if (length == 0 || length > OPTIONS_BYTES_MAX)
		return -1;
	*difference += (__u32)bpf_csum_diff((__be32 *)options->before, OPTIONS_BYTES_MAX,
					    (__be32 *)options->bytes, OPTIONS_BYTES_MAX, 0);
	return bpf_skb_store_bytes(skb, packet->tcp_offset + TCP_HEADER_BYTES, options->bytes, length, 0);
}

/*
 * Where the option of this kind begins; if a sender repeats it, the last one, which is the one that Linux believes.
 * Not static, so that the verifier looks at it once by itself: in place, with everything that the callers know,
 * the walk alone takes more than its million instructions. A constant index keeps the number of states small.
 */
__attribute__((noinline)) int find_option(const struct options *options, __u32 kind)
{
	int found = OPTION_ABSENT;
	__u32 next = 0;

	if (!options)
		return OPTION_MALFORMED;
	/* The last byte can only be an end or a NOP. */
	for (__u32 at = 0; at < OPTIONS_BYTES_MAX - 1; at++) {
		__u32 size = options->bytes[at + 1];

		if (at != next)
			continue;
		if (at + 1 >= options->length || options->bytes[at] == OPTION_END)
			break;
		if (options->bytes[at] == OPTION_NOP) {
			next = at + 1;
			continue;
		}
		if (size < 2 || at + size > options->length)
			return OPTION_MALFORMED;
		if (options->bytes[at] == kind)
			found = at;
		next = at + size;
	}
	return found;
}

static __always_inline void blank_option(struct options *options, __u32 at)
{
	__u32 size;

	if (at >= OPTIONS_BYTES_MAX - 1)
		return;
	size = options->bytes[at + 1];
	for (__u32 i = 0; i < OPTIONS_BYTES_MAX; i++) {
		if (i >= size || at + i >= OPTIONS_BYTES_MAX)
			break;
		options->bytes[at + i] = OPTION_NOP;
	}
}

#endif
