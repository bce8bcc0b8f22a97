/* SPDX-License-Identifier: GPL-2.0 */
/* SACK blocks name sequence numbers of the other direction and are translated with its delta (RFC 2018, 2883). */
#ifndef SPLICE_SACK_H
#define SPLICE_SACK_H

#include "options.h"

#define SACK_WORDS_MAX 8 /* four blocks, two edges each */

struct sack_rule {
	__u32 delta;   /* subtracted from both edges of every block */
	__u32 ceiling; /* no block may end after it, in the space of the packet as it arrived; if limited */
	__u8 limited;
	__u8 allowed;  /* 0: the other leg has not negotiated SACK */
};

/* 0: done or nothing to do. -1: malformed. */
static __always_inline int translate_sack(struct __sk_buff *skb, const struct packet *packet,
					  const struct sack_rule *rule, __u64 *difference)
{
	struct options options;
	__u32 size, at;
	int found;

	if (load_options(skb, packet, &options))
		return -1;
	found = find_option(&options, OPTION_SACK);
	if (found == OPTION_MALFORMED)
		return -1;
	if (found < 0 || found >= OPTIONS_BYTES_MAX - 1)
		return 0;
	at = found;
	size = options.bytes[at + 1];
	if (!rule->allowed) {
		blank_option(&options, at);
		return store_options(skb, packet, &options, difference);
	}
	for (__u32 i = 0; i < SACK_WORDS_MAX; i++) {
		__u32 word = at + 2 + 4 * i, edge;

		if (word > OPTIONS_BYTES_MAX - 4 || 2 + 4 * i + 4 > size)
			break;
		edge = (__u32)options.bytes[word] << 24 | (__u32)options.bytes[word + 1] << 16 |
		       (__u32)options.bytes[word + 2] << 8 | options.bytes[word + 3];
		/* The new backend has not sent this yet and would take the option for an attack. */
		if (rule->limited && seq_after(edge, rule->ceiling)) {
			blank_option(&options, at);
			break;
		}
		edge -= rule->delta;
		options.bytes[word] = edge >> 24;
		options.bytes[word + 1] = edge >> 16;
		options.bytes[word + 2] = edge >> 8;
		options.bytes[word + 3] = edge;
	}
	return store_options(skb, packet, &options, difference);
}

#endif
